"""A module for each benchmark that compares; its ``ratios()`` gives a `Ratio` for each comparison, at small size."""
