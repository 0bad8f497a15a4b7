"""The data package: tables loaded, written and checked; rows as they are typed."""

from seedsoil.tables.package import DataError, Records, check, load, parse, root, write

__all__ = ["DataError", "Records", "check", "load", "parse", "root", "write"]
