"""From an article's words to verdicts, with reasons. Pure: no network, no database, no clock."""
