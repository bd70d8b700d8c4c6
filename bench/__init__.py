"""Benchmarks: one file per number we promise, with the peer beside it in the same run."""
