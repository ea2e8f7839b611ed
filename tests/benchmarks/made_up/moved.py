import benchmarks.watched.a_module_that_is_gone  # noqa: F401
