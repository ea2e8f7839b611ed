"""The tests that a change concerns: what refers to what (`graph`), what was changed (`changes`), and ``python -m tests.quick``."""
