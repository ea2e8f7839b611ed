"""Who and what a text names: persons, organisations, editions, names of bases, credited agencies."""
