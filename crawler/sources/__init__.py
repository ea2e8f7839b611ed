"""Sources themselves: found, looked at closely, exchanged as OPML, accounted for."""
