"""Many machines: real PostgreSQL, real worker processes."""
