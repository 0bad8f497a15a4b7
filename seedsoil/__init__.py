"""What the chapters import: tables, statistics, figures and the binding of numbers to prose."""

from seedsoil.display import bind, estimate, interval, table
from seedsoil.outgrowth import Clock, Lognormal, fit_clock, interval_counts
from seedsoil.survival import crossing_time, piecewise_exponential, rates
from seedsoil.tables import load

__all__ = [
    "Clock",
    "Lognormal",
    "bind",
    "crossing_time",
    "estimate",
    "fit_clock",
    "interval",
    "interval_counts",
    "load",
    "piecewise_exponential",
    "rates",
    "table",
]
