"""Every file of results is a test of its chapter."""

from seedsoil.notebooks.nbval import pytest_collect_file  # noqa: F401
