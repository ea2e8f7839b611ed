"""From a stored story to a person."""
