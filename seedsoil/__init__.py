"""What the chapters import: tables, statistics, figures and the binding of numbers to prose.

Names are loaded when they are first used (PEP 562): the commands and the site import this package too, and should not
wait for pandas and SciPy.
"""

from importlib import import_module

_HOME = {
    "seedsoil.derive.laleh": ("FALL", "RISE", "RISE_MM"),
    "seedsoil.display": ("bind", "estimate", "interval", "p_value", "percent", "table"),
    "seedsoil.evidence": ("retracted",),
    "seedsoil.fronts": ("Front", "drift", "fit_front", "gap", "profiles"),
    "seedsoil.growth": (
        "LAWS", "fit_animals", "fit_growth", "forecast", "gompertz_line", "median_interval", "pooled_laws",
        "share", "sign_test", "simulate_animals", "undecided",
    ),
    "seedsoil.immunoediting": ("FATES", "TumorImmune", "fate_map"),
    "seedsoil.outgrowth": ("Clock", "Lognormal", "fit_clock"),
    "seedsoil.pooling": ("cumulative", "leave_one_out", "pool"),
    "seedsoil.ratios": ("pool_unlogged", "ratio_of_ratios", "scales", "turned"),
    "seedsoil.response": (
        "burden_classes", "burden_odds_ratio", "response_rates", "ridge_path", "slope_heterogeneity",
        "slopes_by_type", "within_between",
    ),
    "seedsoil.selection": ("screen",),
    "seedsoil.spheroids": ("boundary", "compare_geometries", "cycling_share"),
    "seedsoil.survival": ("crossing_time", "piecewise_exponential", "rates"),
    "seedsoil.tables": ("load",),
    "seedsoil.vasculature": ("Lesion", "rate_ratio", "relapses"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = sorted(_MODULE_OF)


def __getattr__(name: str):
    if name not in _MODULE_OF:
        raise AttributeError(f"seedsoil has no {name!r}; it offers {', '.join(__all__)}")
    return getattr(import_module(_MODULE_OF[name]), name)
