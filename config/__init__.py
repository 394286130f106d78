"""Settings and the files that configure servers and platforms."""
