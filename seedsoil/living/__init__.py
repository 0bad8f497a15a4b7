"""The living layer: what is searched, found, taken for the same, ranked, decided and watched.

Its files are in `data/living`. A machine searches, compares, ranks and proposes; a person includes and excludes.
"""
