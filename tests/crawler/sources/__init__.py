"""Tests of what is done with sources."""
