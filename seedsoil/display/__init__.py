"""How results appear: figures, tables, text."""
