"""Queries of topics: parsed, held against a text, explained; relevance; terms worth adding."""
