"""Questions on a terminal: what is typed, yes or no, and numbers of a table."""

from __future__ import annotations

import re

from crawler.commands.context import out

_RANGE = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?")


def asked(what: str, preset: str = "", *, empty: bool = False) -> str:
    """What somebody types, without blanks around it; asked again while it is empty and may not be."""
    while True:
        shown = f" [{preset}]" if preset else ""
        # A byte that is no text is one character: what is typed must be writable.
        line = input(f"{what}{shown}: ").encode("utf-8", "replace").decode("utf-8").strip()
        if line or preset or empty:
            return line or preset
        out.print("Please write something, or press Ctrl-C to leave.")


def is_yes(what: str, preset: bool) -> bool:
    """Whether somebody says yes; Enter takes the preset."""
    while True:
        line = asked(f"{what} (yes, no)", "yes" if preset else "no").lower()
        if line in ("y", "yes", "n", "no"):
            return line.startswith("y")
        out.print("Please write yes or no.")


def numbers_in(line: str, most: int) -> list[int]:
    """The numbers that somebody typed, such as 1 3-5; says which are none."""
    found: list[int] = []
    for word in re.split(r"[\s,，、]+", line.strip()):
        match = _RANGE.fullmatch(word)
        low, high = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= low <= high <= most:
            if word:
                out.print(f"{word} is no number here; allowed: 1 to {most}, such as 1 3-5", markup=False)
            continue
        found += range(low, high + 1)
    return list(dict.fromkeys(found))
