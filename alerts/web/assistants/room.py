"""Keeps answers small: what has no room in an answer goes into the following one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, TypeVar
from urllib.parse import quote

from pydantic import BaseModel

from alerts.digests.digest import MachineWords, StoryBrief
from alerts.digests.excerpt import excerpt
from alerts.web.assistants.answers import BriefLineRead, MachineTextRead, OutsideText

ROOM = 12_000
"""Characters of the items of one answer. Assistants pay for each, and forget what stands before much else."""
LONGEST_LINK = 1_000
HEADLINE, SENTENCE, NAME = 240, 400, 120
T = TypeVar("T", bound=BaseModel)


class Fitting(NamedTuple):
    """How many items have room; and how many characters they take."""

    items: int
    characters: int


def fitting(items: Sequence[T], room: int = ROOM) -> Fitting:
    """How many of some items have room, from the first on: one at least, so that whoever asks on gets on."""
    taken = 0
    for number, item in enumerate(items):
        length = len(item.model_dump_json())
        if number and taken + length > room:
            return Fitting(number, taken)
        taken += length
    return Fitting(len(items), taken)


def outside(text: str | None, most: int = HEADLINE, lang: str = "") -> OutsideText:
    """Text from outside: its beginning, without characters that are not seen or turn others round."""
    return OutsideText(text=excerpt(text or "", most).strip(), lang=lang)


def machine_made(made: MachineWords | None) -> MachineTextRead | None:
    """What a machine made of outside text, marked as both."""
    return MachineTextRead(text=made.text, lang=made.lang, by=made.by) if made else None


def brief_lines(made: StoryBrief | None) -> list[BriefLineRead] | None:
    """A brief, marked likewise."""
    if made is None:
        return None
    said = [MachineTextRead(text=s.text, lang=made.lang, by=made.by) for s in made.sentences]
    return [
        BriefLineRead(said=text, reports=list(s.articles))
        for text, s in zip(said, made.sentences, strict=True)
    ]


def link(url: str | None) -> str:
    """The address of a page, harmless where it is put between other words; empty if it is none or too long to be given."""
    found = quote(excerpt(url or "", LONGEST_LINK + 1), safe="/:?#[]@!$&'()*+,;=%~-._")
    return found if len(found) <= LONGEST_LINK and re.match(r"https?://[^/]", found) else ""


def quoted(text: OutsideText | MachineTextRead) -> str:
    """Text from outside as it stands in an answer that is read as text: between marks that it cannot contain itself."""
    inside = text.text.replace("<", "‹").replace(">", "›")
    return f"<outside>{inside}</outside>"
