"""Clients of the scholarly APIs."""
