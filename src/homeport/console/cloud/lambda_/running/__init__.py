"""Functions at work: test events, results, logs."""
