"""Findings and effects: what a row must be, and what rows add up to."""

from seedsoil.evidence.rules import retracted

__all__ = ["retracted"]
