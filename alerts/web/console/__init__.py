"""The console: what is new, why, and what a change would do; for operators and readers who are signed in."""
