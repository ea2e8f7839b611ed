"""Bases: what a text says of one, the facts beside it, and what several reports say together."""
