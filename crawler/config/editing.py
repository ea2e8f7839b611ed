"""Changes to the text of config.yaml: only what is to change is written anew, every other byte stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from crawler.config.entry_places import LISTS, EntryPlace, entries_of, section_of
from crawler.config.quoting import writable
from crawler.config.spans import Span, spans
from crawler.config.text_edits import Edit, apply_edits
from crawler.config.value_edits import mapping_edits, with_anchor
from crawler.config.values import check_entry_name
from crawler.config.yaml_text import block_text, flow_text
from crawler.model import AseanwatchError


def put_entry(text: str, section: str, name: str, values: Any) -> str:
    """A configuration in which one entry of a section holds other values, as they are written.

    Args:
        text: the file's text.
        section: the section, at the top level; it is made where it is missing.
        name: the entry; a new one goes to the section's end.
        values: its values, keys that are not named go; None takes the entry out.

    Raises:
        AseanwatchError: the section is written in a form that cannot be added to.
    """
    place = EntryPlace(text, section, name)
    if values is None:
        return place.without_entry()
    return _with_changed_values(place, values) or place.with_block(
        block_text([values] if section in LISTS else {name: values})
    )


def with_entry(text: str, section: str, name: str, values: Mapping[str, Any] | None) -> str:
    """As `put_entry`, with values that are written so that they are read back the same.

    Raises:
        AseanwatchError: as `put_entry`, or the name is none, or a text cannot be written.
    """
    check_entry_name(name)
    return put_entry(text, section, name, None if values is None else writable_entry(section, name, values))


def writable_entry(
    section: str, name: str, values: Mapping[str, Any], *, named: bool = True
) -> dict[str, Any]:
    """An entry as it must be written to be read back the same; with ``named`` one of a list has its name first.

    Raises:
        AseanwatchError: a text cannot be written.
    """
    # Through JSON: tuples become lists, and what YAML could not hold fails here.
    plain = json.loads(json.dumps(_named(name, values) if named and section in LISTS else dict(values)))
    made: dict[str, Any] = writable(plain, (section, 0 if section in LISTS else name))
    return made


def _named(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """An item of a list, its name first."""
    return {"name": name, **{key: value for key, value in values.items() if key != "name"}}


def _with_changed_values(place: EntryPlace, wanted: Any) -> str | None:
    """The text in which only those of an entry's values are written anew that change; None where that cannot be done."""
    present = place.values()
    if (
        not isinstance(present, dict)
        or not isinstance(wanted, Mapping)
        or place.span is None
        or place.span.kind != "map"
    ):
        return None
    try:
        made = apply_edits(place.text, mapping_edits(place.text, place.span, present, wanted))
        # Read back: an edit that went wrong gives way to writing the whole entry anew.
        is_right = EntryPlace(made, place.section, place.name).values() == wanted
    except AseanwatchError:
        return None
    return place.bom + made if is_right else None


def entry_block(text: str, section: str, name: str) -> str | None:
    """The lines of one entry without their margin; None where there is no such entry."""
    return EntryPlace(text, section, name).block()


def with_entry_block(text: str, section: str, name: str, block: str | None) -> str:
    """A configuration in which an entry has the lines that `entry_block` gave once; None takes the entry out."""
    place = EntryPlace(text, section, name)
    return place.without_entry() if block is None else place.with_block(block)


def with_renamed_entry(text: str, section: str, old: str, new: str) -> str:
    """A configuration in which an entry has another name, also wherever the file refers to it.

    Raises:
        AseanwatchError: there is no such entry, or the new name is none or taken.
    """
    check_entry_name(new)
    place = EntryPlace(text, section, old)
    if place.span is None:
        raise AseanwatchError(f"{section} has no {old}")
    if EntryPlace(text, section, new).span is not None:
        raise AseanwatchError(f"{section} has a {new} already")
    label = place.label
    assert label is not None
    own = Edit(label.start, label.end, with_anchor(label, flow_text(new)))
    return place.with_edits(own, *_reference_edits(place.text, section, old, new))


def _reference_edits(text: str, section: str, old: str, new: str) -> list[Edit]:
    """The edits that give whatever refers to an entry its new name."""
    root = spans(text)
    if root is None:
        return []
    if section == "terms":
        # Both signs, because queries take the wide one of Chinese
        # keyboards. The edge keeps $base out of $base_head.
        sign = re.compile(rf"[$＄]{re.escape(old)}(?![A-Za-z0-9_])")
        queries = [q for _, topic in entries_of(root.get("topics")) if (q := topic.get("query")) is not None]
        texts = [*_scalars(root.get("terms")), *queries]
        edits = [
            Edit(m.start(), m.end(), f"${new}") for s in texts for m in sign.finditer(text, s.start, s.end)
        ]
        return edits + [
            Edit(s.start, s.end, flow_text(new)) for s in _scalars(root.get("relevance")) if s.value == old
        ]
    keys = {"topics": ("topics", "except_topics"), "sources": ("sources",)}.get(section, ())
    lists = [item.get(key) for _, item in entries_of(root.get("subscriptions")) for key in keys]
    return [Edit(s.start, s.end, flow_text(new)) for held in lists for s in _scalars(held) if s.value == old]


def _scalars(span: Span | None) -> list[Span]:
    """All scalars below a node, keys of mappings left out."""
    if span is None:
        return []
    if span.kind == "scalar":
        return [span]
    below = [v for _, v in span.pairs()] if span.kind == "map" else span.children
    return [s for child in below for s in _scalars(child)]


def names_of(text: str, section: str) -> list[str]:
    """The names of a section's entries, in their order."""
    return [label.value for label, _ in entries_of(section_of(text, section))]
