"""Benchmarks that compare aseanwatch with other tools or methods in one run."""
