"""What stands in a stored page for its reader's own links: characters that news never holds (`alerts.digests.excerpt`)."""

from __future__ import annotations

import re

MANAGE, ARCHIVE, PURPOSE = "\U000f0001", "\U000f0002", "\U000f0003"
"""The links of a whole message."""
FEEDBACK, NOT_FOR_ME, MORE_LIKE_THIS, SHARE = "\U000f0004", "\U000f0005", "\U000f0006", "\U000f0007"
"""The links of one story: its number stands between one of these and `END`."""
FEEDBACK_WISHES = {NOT_FOR_ME: "not-for-me", MORE_LIKE_THIS: "more-like-this"}
"""How the addresses of links say what a reader wishes; `FEEDBACK` leaves it open."""
END = "\U000f000f"
MARKS = re.compile(f"[{MANAGE}{ARCHIVE}{PURPOSE}]|[{FEEDBACK}{NOT_FOR_ME}{MORE_LIKE_THIS}{SHARE}][0-9]+{END}")


def story_mark(kind: str, story: int) -> str:
    """What stands for a link of a story."""
    return f"{kind}{story}{END}"


def story_of(mark: str) -> int:
    """The story whose link a mark stands for; 0 if it is one of the whole message."""
    return int(mark[1:-1]) if mark.endswith(END) else 0
