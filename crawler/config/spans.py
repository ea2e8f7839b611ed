"""Where each part of a YAML text stands, by exact offsets: what editing needs that a loaded configuration no longer knows.

PyYAML's composed nodes are not enough: a block collection ends for them where the *next* token begins (behind comments and
blank lines, in the middle of the next entry's line), and an alias is the node that it stands for. The events are exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser gives the same offsets as the one in Python, twenty times as fast."""
BREAKS = "\n\r\x85\u2028\u2029"
"""What ends a line in YAML 1.1."""


@dataclass(frozen=True, slots=True)
class Span:
    """One node: its offsets in the text, an anchor included, and what stands in it.

    ``kind`` is map, seq, scalar or alias; ``end`` is the offset behind its last character, without comments and blank lines.
    ``children`` are the values of a sequence; for a mapping keys and values in turn. ``style`` is that of a scalar: empty
    for a plain one, a quote, ``|`` or ``>``.
    """

    kind: str
    start: int
    end: int
    value: str = ""
    flow: bool = False
    anchor: str | None = None
    style: str = ""
    children: tuple[Span, ...] = ()

    def pairs(self) -> list[tuple[Span, Span]]:
        """The keys of a mapping with their values."""
        return list(zip(self.children[::2], self.children[1::2], strict=True))

    def get(self, key: str) -> Span | None:
        """The value under a key; None where this is no mapping or has no such key."""
        return next((v for k, v in self.pairs() if k.value == key), None) if self.kind == "map" else None

    def walk(self) -> Iterator[Span]:
        """This node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@lru_cache(maxsize=4)
def spans(text: str) -> Span | None:
    """The spans of a YAML text of one document; None where it is empty.

    Raises:
        yaml.YAMLError: it is no YAML.
    """
    events: Iterator[Any] = iter(yaml.parse(text, Loader=LOADER))
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            return _node(next(events), events, text)
    return None


def _node(event: Any, events: Iterator[Any], text: str) -> Span:
    start = int(event.start_mark.index)
    end = int(event.end_mark.index)
    if isinstance(event, yaml.AliasEvent):
        return Span("alias", start, end)
    if isinstance(event, yaml.ScalarEvent):
        style = event.style if event.style in ("'", '"', "|", ">") else ""
        if style in ("|", ">"):
            end = _block_end(text, start, end)
        return Span("scalar", start, end, event.value, anchor=event.anchor, style=style)
    children = []
    last = next(events)
    while not isinstance(last, yaml.CollectionEndEvent):
        children.append(_node(last, events, text))
        last = next(events)
    flow = bool(event.flow_style)
    # The parser's own end of a block collection lies
    # in the next entry (see the module's docstring).
    end = children[-1].end if children and not flow else int(getattr(last, "end_mark").index)  # noqa: B009 - it has one
    kind = "map" if isinstance(event, yaml.MappingStartEvent) else "seq"
    return Span(kind, start, end, flow=flow, anchor=event.anchor, children=tuple(children))


def _block_end(text: str, start: int, end: int) -> int:
    """The end of a literal or folded text: blank lines behind it count only where its header keeps them (``|+``)."""
    header = re.compile(r"[^\n\r]*").match(text, start)
    keeps = header is not None and "+" in header[0].split("#")[0]
    return end if keeps else start + len(text[start:end].rstrip(" " + BREAKS))


def line_start(text: str, at: int) -> int:
    """The offset at which the line of an offset begins."""
    while at > 0 and text[at - 1] not in BREAKS:
        at -= 1
    return at


def line_end(text: str, at: int) -> int:
    """The offset behind the line of an offset, its line break included."""
    while at < len(text) and text[at] not in BREAKS:
        at += 1
    return at + (2 if text[at : at + 2] == "\r\n" else 1 if at < len(text) else 0)
