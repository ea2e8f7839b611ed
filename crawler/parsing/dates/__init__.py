"""Dates as feeds, sitemaps, list pages and articles write them: one parser for all, with a verdict on how sure it is.

`series.read_dates` reads the dates of one answer together, `series.read_date` a single one; `finding.dates_in_line` finds
them in a line of words. All is pure: the moment of asking is part of the context.
"""
