"""How long a chat's message may be, in the unit that its service counts. Pure.

The figures are those of the services' documentation.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

Measure = Callable[[str], int]
"""The length of a text. Each is additive: of two texts together never more than of both apart."""


def utf8(text: str) -> int:
    """Bytes in UTF-8."""
    return len(text.encode("utf-8", "replace"))


def characters(text: str) -> int:
    """Unicode code points."""
    return len(text)


def utf16(text: str) -> int:
    """Code units of UTF-16, as JavaScript and Java count: what is outside the basic plane counts twice."""
    return len(text.encode("utf-16-le", "replace")) // 2


def in_json(text: str) -> int:
    """Bytes inside a JSON body that is written in UTF-8, where quotes and line breaks are escaped."""
    return utf8(json.dumps(text, ensure_ascii=False)) - 2


def in_ascii_json(text: str) -> int:
    """Bytes inside a JSON body that is written in ASCII: a Chinese character takes six."""
    return len(json.dumps(text)) - 2


@dataclass(frozen=True, slots=True)
class Limit:
    """The most of one message: ``most`` of what ``measure`` counts, title and text together."""

    most: int
    measure: Measure

    def holds(self, text: str) -> bool:
        """Whether a text fits."""
        return self.measure(text) <= self.most

    def cut(self, text: str, most: int | None = None) -> str:
        """The longest beginning of a text that fits, with an ellipsis where something is missing."""
        room = self.most if most is None else most
        if self.measure(text) <= room:
            return text
        # By bisection: the unit is not the character, so that no position can be computed.
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (
                (middle, high) if self.measure(text[:middle].rstrip() + "…") <= room else (low, middle - 1)
            )
        return text[:low].rstrip() + "…" if low else ""


LIMITS = {
    "wecombot": Limit(2_048, utf8),
    "dingtalk": Limit(19_000, in_ascii_json),  # 20,000 bytes of request body
    "feishu": Limit(19_000, in_json),  # 20 KB of request body
    "lark": Limit(19_000, in_json),
    "discord": Limit(2_000, characters),
    "telegram": Limit(4_096, utf16),
    "slack": Limit(35_000, characters),  # cut off behind 40,000
    "workflows": Limit(24_000, in_ascii_json),  # Teams: 28 KB of card
    "mattermost": Limit(16_383, characters),
    "matrix": Limit(30_000, in_json),  # 65,536 bytes of event, where the text may stand twice
    "line": Limit(5_000, utf16),
    "ntfy": Limit(4_096, utf8),
    "google_chat": Limit(4_096, characters),
    "rocketchat": Limit(5_000, characters),
    "zulip": Limit(10_000, characters),
    "webexteams": Limit(7_439, utf8),
    "guilded": Limit(2_000, characters),
    "pushover": Limit(1_024, characters),
    "groupme": Limit(1_000, characters),
    "viber": Limit(7_000, characters),
    "zoom": Limit(4_000, characters),
}
"""By Apprise's name of the service.

If a service limits the whole request, this leaves room for what is around the text.
"""


def limit_of(service: str, claimed: int) -> Limit:
    """The limit of a service.

    Args:
        service: Apprise's name of it.
        claimed: the longest body that Apprise names. It has no unit, so bytes are counted, to be safe.
    """
    # Apprise's plugins claim from 67 up to 268,435,455. Less than 140 says
    # nothing, and what is longer than 32 KiB is better cut into parts.
    return LIMITS.get(service) or Limit(max(140, min(claimed, 32_768)), utf8)
