"""The benchmarks in one form: ratios beside peers, kept from release to release and held against them (`make bench-all`)."""
