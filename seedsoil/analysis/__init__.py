"""The mini-analyses of the chapters, one module each."""
