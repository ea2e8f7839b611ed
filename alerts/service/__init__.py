"""The programs that go on: one process with everything, or one of many workers."""
