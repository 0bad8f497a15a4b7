"""Versions: what the book says at one moment as a small file, and the difference of two in sentences."""
