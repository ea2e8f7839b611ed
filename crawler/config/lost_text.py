"""Text that YAML takes for a comment: ``query: rail #BRI`` is rail alone, ``url: https://a.example/ #feed`` a shorter address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import yaml

from crawler.config.look_alikes import lines_of
from crawler.config.references import Key

_STUCK = re.compile(r"(?<!\S)[#＃](?=[^\W_])")
"""A # with a letter or digit right behind it: of a comment people part the sign by a blank."""
_TEXTS = frozenset(
    {
        "query",
        "url",
        "title",
        "user_agent",
        "folder",
        "username",
        "from",
        "return_path",
        "public_url",
        "article",
        "item",
        "link",
    }
)
_LISTS = frozenset({"terms", "match", "no_match", "except"})


class LostText(NamedTuple):
    """Text that is read as a comment: the key of its value, its line, the text, and the value that is left."""

    key: Key
    line: int
    text: str
    left: str

    @property
    def message(self) -> str:
        """What is said of it."""
        return (
            f"{self.text} is read as a comment, for # stands behind a blank; write {self._meant()} if it belongs to the text,"
            " or a blank behind # if it is a comment"
        )

    def _meant(self) -> str:
        bare = self.text.strip("#＃ ")
        if self.key[0] == "terms":
            return f"{bare} without the sign, as a spelling of its own"
        if self.key[-1] == "query":
            is_open = not self.left or re.search(r"(?:AND|OR|NOT|[,(:])$", self.left) is not None
            return f"{self.left}{' ' if is_open else ' OR '}{bare}".strip()[:90]
        between = "" if re.match("https?://", self.left) else " "
        return f"'{self.left}{between}{self.text}'".replace("' ", "'")[:90] + " in quotes"


def lost_texts(node: yaml.Node | None, text: str) -> Iterator[LostText]:
    """Comments that look like a part of the value before them.

    Args:
        node: the root of what was read.
        text: what it was read from.
    """
    # Few texts have the sign so, and walking costs as much as reading.
    if node is None or not re.search(r"\S[ \t]+#[^\W_]", text):
        return
    lines = lines_of(text)
    scalars = list(_scalars(node, (), set()))
    spans = [(s.start_mark, s.end_mark) for _, s in scalars]
    ends = {s.end_mark.line: (key, s) for key, s in scalars}
    for number, line in enumerate(lines):
        match = _STUCK.search(line) if number in ends and "#" in line else None
        if match is None or any(_is_within(number, match.start(), *span) for span in spans):
            continue
        key, scalar = ends[number]
        if scalar.end_mark.column <= match.start() and _holds_text(key):
            yield LostText(key, number + 1, line[match.start() :].rstrip("]}, "), str(scalar.value))


def _is_within(line: int, column: int, start: yaml.Mark, end: yaml.Mark) -> bool:
    return (start.line, start.column) <= (line, column) < (end.line, end.column)


def _holds_text(key: Key) -> bool:
    """Whether the value of a key is a text in which # may be meant."""
    return bool(key) and (key[0] == "terms" or key[-1] in _TEXTS or any(part in _LISTS for part in key))


def _scalars(node: yaml.Node, key: Key, seen: set[int]) -> Iterator[tuple[Key, yaml.ScalarNode]]:
    """The values of a text in order, each with its key."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        yield key, node
    elif isinstance(node, yaml.SequenceNode):
        for i, child in enumerate(node.value):
            yield from _scalars(child, (*key, i), seen)
    elif isinstance(node, yaml.MappingNode):
        for name, child in node.value:
            yield from _scalars(child, (*key, str(name.value)), seen)
