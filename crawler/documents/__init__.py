"""Documents that strangers send, read by their kind, in a process that can be ended where they are large."""
