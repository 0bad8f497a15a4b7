"""Findings and effects: what a row must be, and what rows add up to."""

from seedsoil.evidence.references import retracted

__all__ = ["retracted"]
