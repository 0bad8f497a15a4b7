"""The data package: tables loaded, written and checked; rows as they are typed."""

from seedsoil.problem import DataError
from seedsoil.tables.cells import Records, check, parse
from seedsoil.tables.package import load, write

__all__ = ["DataError", "Records", "check", "load", "parse", "write"]
