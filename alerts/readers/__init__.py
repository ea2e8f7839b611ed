"""Readers who sign up themselves, and persons who are forgotten."""
