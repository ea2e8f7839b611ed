"""A simulated news web on loopback, written by us: outlets, feeds, pages, and a clock that tests can move."""
