"""Published effects taken together: selection, pooling, ratios."""
