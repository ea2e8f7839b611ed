"""The edits that bring an entry to other values; what does not change is not touched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawler.config.entry_places import bounds_of, remove_from_flow
from crawler.config.spans import BREAKS, Span, line_start
from crawler.config.text_edits import Edit, indented, replace_lines
from crawler.config.yaml_text import block_text, flow_text

MAX_LINE = 110
"""The longest value that is written on its key's line, in characters."""


def mapping_edits(
    text: str, entry: Span, present: Mapping[str, Any], wanted: Mapping[str, Any]
) -> list[Edit]:
    """The edits that bring a mapping to other values; keys whose values stay are not touched."""
    pairs = entry.pairs()
    edits: list[Edit] = []
    bounds = [(k.start, v.end) for k, v in pairs]
    for index, (key, value) in enumerate(pairs):
        if key.value not in wanted:
            edits.append(
                remove_from_flow(entry, index, bounds)
                if entry.flow
                else Edit(*bounds_of(text, (key, value)), "")
            )
        elif key.value in present and present[key.value] != wanted[key.value]:
            edits += _value_edits(text, key, value, present[key.value], wanted[key.value], flow=entry.flow)
    added = {k: v for k, v in wanted.items() if k not in {key.value for key, _ in pairs}}
    if added and entry.flow:
        edits.append(Edit(entry.end - 1, entry.end - 1, (", " if pairs else "") + flow_text(added)[1:-1]))
    elif added:
        at = bounds_of(text, pairs[-1])[1]
        margin = pairs[0][0].start - line_start(text, pairs[0][0].start)
        edits.append(replace_lines(text, at, at, indented(block_text(added), margin)))
    return edits


def _value_edits(text: str, key: Span, value: Span, present: Any, wanted: Any, *, flow: bool) -> list[Edit]:
    """The edits that give a key another value."""
    if isinstance(present, dict) and isinstance(wanted, Mapping) and value.kind == "map":
        return mapping_edits(text, value, present, wanted)
    short = with_anchor(value, flow_text(wanted))
    # A value over several lines keeps that form: its lines are written anew.
    one_line = not any(c in text[value.start : value.end] for c in BREAKS) and value.style not in ("|", ">")
    if flow or (
        one_line and not (isinstance(wanted, list | dict) and not value.flow) and len(short) <= MAX_LINE
    ):
        blank = " " if value.start == value.end else ""
        return [Edit(value.start, value.end, blank + short)]
    start, end = bounds_of(text, (key, value))
    return [replace_lines(text, start, end, indented(block_text({key.value: wanted}), key.start - start))]


def with_anchor(span: Span, made: str) -> str:
    """A new text for a part, with the part's anchor where it has one: aliases elsewhere refer to it."""
    return f"&{span.anchor} {made}" if span.anchor else made
