"""When a source is asked again, and what its answers say about it: pure rules over what was seen of it."""
