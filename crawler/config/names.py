"""Names that people give to what they make: a topic, a channel, a view. Whoever reads one must be able to say it."""

from __future__ import annotations

import re

MOST = 80
"""Characters of a name."""


def name_problem(name: str) -> str | None:
    """What is wrong with a name that is a part of addresses and files, and what to write; None where it is right."""
    if problem := unspeakable(name):
        return problem
    if not name.isprintable() or name != name.strip():
        return "has blanks at its ends, or signs that nobody sees; take them out"
    if match := re.search(r"[/\\?#%]", name):
        return (
            f"has the sign {match[0]}, which addresses of pages cannot hold in a name; write _ in its place"
        )
    if len(name) > MOST:
        return f"is longer than {MOST} characters; write a shorter one"
    return None


def unspeakable(name: str) -> str | None:
    """That a name has neither a letter nor a digit, and what to write; None where it has one."""
    if any(c.isalnum() for c in name):
        return None
    shown = f"{name!r} has neither a letter nor a digit" if name.strip() else "is empty"
    return f"{shown}; write a name that can be said, such as rail"
