"""Fetchers as a configuration wants them, with the backoffs of sites that the store remembers."""
