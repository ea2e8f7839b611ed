"""The long-running programs: one process with everything, or one of many workers."""
