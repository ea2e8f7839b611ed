"""An operator's own file, whether it holds the whole configuration or extends others: what it gives, and how entries are changed.

A file that extends others gets no more than what differs from them: an added word, a changed key, a removal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from crawler.config.editing import put_entry, with_renamed_entry, writable_entry
from crawler.config.entry_places import LISTS, EntryPlace, section_of, without_empty_section
from crawler.config.former_keys import with_present_keys
from crawler.config.layers import EXTENDS, Layers
from crawler.config.loading import plain_values, raw_layers
from crawler.config.merging import merged, name_in
from crawler.config.overlays import NOTHING, entry_overlay, overlay
from crawler.config.values import check_entry_name
from crawler.config.yaml_text import block_text
from crawler.model import AseanwatchError, Phrase


class OwnFile:
    """The text of an operator's file.

    Args:
        path: where it lies; what it extends is looked for from there.
        text: what it says, or would say.
    """

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text

    @cached_property
    def layers(self) -> Layers:
        """The file and those that it extends, with references as they are written."""
        return raw_layers(self.text.encode("utf-8"), str(self.path), self.path.parent)

    @cached_property
    def is_short(self) -> bool:
        """Whether it extends others, so that it holds only what it changes."""
        return section_of(self.text.removeprefix("\ufeff"), EXTENDS) is not None

    def entry(self, section: str, name: str) -> Any:
        """What an entry says, with what lies beneath it; None where there is none."""
        return _find(self.layers.result.values, section, name)

    def beneath(self, section: str, name: str) -> Any:
        """What an entry would say without its place in this file; None where there would be none."""
        own = plain_values(self.text, str(self.path))
        own.pop(EXTENDS, None)
        held = own.get(section)
        if isinstance(held, dict):
            own[section] = {n: v for n, v in held.items() if n != name}
        elif isinstance(held, list):
            own[section] = [v for v in held if name_in(v) != name]
        lower = [layer.values for layer in self.layers.layers[:-1]]
        return _find(merged([*lower, own]).values, section, name)

    def block(self, section: str, name: str) -> str | None:
        """An entry as lines: as they stand in the file, or where it extends others, as it is with what lies beneath."""
        place = EntryPlace(self.text, section, name)
        if not self.is_short:
            return place.block()
        found = self.entry(section, name)
        if found is None:
            return None
        if place.span is not None and self.beneath(section, name) is None:
            return place.block()
        return block_text([found] if section in LISTS else {name: found})

    def with_entry(self, section: str, name: str, values: Mapping[str, Any] | None) -> str:
        """The text in which an entry holds other values; None: there is no such entry.

        Raises:
            AseanwatchError: the section cannot be changed, the name is none, or a text cannot be written.
        """
        check_entry_name(name)
        wanted = None if values is None else writable_entry(section, name, values)
        return self._with_wanted(section, name, wanted)

    def with_changed_keys(self, section: str, name: str, changes: Mapping[str, Any]) -> str:
        """The text in which some keys of an entry hold other values; None takes a key out.

        Raises:
            AseanwatchError: as `with_entry`, or there is no such entry.
        """
        present = (
            self.entry(section, name) if self.is_short else EntryPlace(self.text, section, name).values()
        )
        if not isinstance(present, dict):
            raise AseanwatchError(Phrase("%(section)s has no %(name)s", section=section, name=name))
        given = {key: value for key, value in changes.items() if value is not None}
        # Only what is given: a reference to the environment that stands in another key must stay one.
        new = writable_entry(section, name, given, named=False)
        kept = {key: value for key, value in present.items() if changes.get(key, value) is not None}
        return self._with_wanted(section, name, {**kept, **new})

    def renamed(self, section: str, old: str, new: str) -> str:
        """The text in which an entry has another name, also wherever else it is referred to.

        Raises:
            AseanwatchError: there is no such entry, or the new name is none or taken.
        """
        if not self.is_short:
            return with_renamed_entry(self.text, section, old, new)
        check_entry_name(new)
        present = self.entry(section, old)
        if present is None:
            raise AseanwatchError(f"{section} has no {old}")
        if self.entry(section, new) is not None:
            raise AseanwatchError(f"{section} has a {new} already")
        is_own = self.beneath(section, old) is None and EntryPlace(self.text, section, new).span is None
        if is_own:
            text = with_renamed_entry(self.text, section, old, new)
        else:
            named = {**present, "name": new} if section in LISTS else present
            text = OwnFile(self.path, self.text)._with_wanted(section, new, named)
            text = OwnFile(self.path, text)._with_wanted(section, old, None)
        for where, name, wanted in _with_new_references(self.layers.result.values, section, old, new):
            if (where, name) != (section, old):
                text = OwnFile(self.path, text)._with_wanted(where, name, wanted)
        if section == "terms":
            text = OwnFile(self.path, text)._with_relevance(old, new)
        # Sections that only held what an earlier renaming had changed are gone with it.
        for emptied in ("terms", "topics", "sources", "subscriptions", "relevance"):
            text = without_empty_section(text, emptied)
        return text

    def _with_wanted(self, section: str, name: str, wanted: Any) -> str:
        """The text that gives an entry, with what lies beneath, the values that are wanted."""
        if not self.is_short:
            return put_entry(self.text, section, name, wanted)
        present = self.entry(section, name)
        if entry_overlay(present, wanted, section, name) is NOTHING:
            return self.text
        values = entry_overlay(self.beneath(section, name), wanted, section, name)
        if values is NOTHING:
            return put_entry(self.text, section, name, None)
        if section in LISTS:
            values = {"name": name, **values}
        return put_entry(self.text, section, name, values)

    def _with_relevance(self, old: str, new: str) -> str:
        """The text in which the rule of relevance names a term set by its new name."""
        present = self.layers.result.values.get("relevance")
        if not isinstance(present, dict):
            return self.text
        wanted = {key: _swapped(value, old, new) for key, value in present.items()}
        if wanted == present:
            return self.text
        own = plain_values(self.text, str(self.path))
        lower = [layer.values for layer in self.layers.layers[:-1]]
        beneath = merged(lower).values.get("relevance") or {}
        made = overlay(beneath, wanted, ("relevance",))
        keys = {} if made is NOTHING else made
        text = with_present_keys(self.text)
        for key in [*(own.get("relevance") or {}), *keys]:
            text = put_entry(text, "relevance", key, keys.get(key))
        return text


def _find(values: Mapping[str, Any], section: str, name: str) -> Any:
    held = values.get(section)
    if isinstance(held, list):
        return next((entry for entry in held if name_in(entry) == name), None)
    return held.get(name) if isinstance(held, dict) else None


def _with_new_references(
    values: Mapping[str, Any], section: str, old: str, new: str
) -> Iterator[tuple[str, str, Any]]:
    """The entries that refer to one that gets another name, each with its section, its name and what it is to say."""
    if section == "terms":
        # As in a text (`editing`): both signs, and no part of a longer name.
        sign = re.compile(rf"[$＄]{re.escape(old)}(?![A-Za-z0-9_])")
        for where in ("terms", "topics"):
            for name, held in _mapping(values.get(where)).items():
                wanted = _signed(held, sign, f"${new}", only="query" if where == "topics" else None)
                if wanted != held:
                    yield where, name, wanted
    keys = {"topics": ("topics", "except_topics"), "sources": ("sources",)}.get(section, ())
    for entry in values.get("subscriptions") or ():
        wanted = {k: _swapped(v, old, new) if k in keys else v for k, v in _mapping(entry).items()}
        if wanted != entry:
            yield "subscriptions", str(name_in(entry)), wanted


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _swapped(value: Any, old: str, new: str) -> Any:
    if isinstance(value, list):
        return [_swapped(v, old, new) for v in value]
    return new if value == old else value


def _signed(value: Any, sign: re.Pattern[str], made: str, *, only: str | None) -> Any:
    if isinstance(value, str):
        return sign.sub(lambda _: made, value)
    if isinstance(value, list):
        return [_signed(v, sign, made, only=None) for v in value]
    if isinstance(value, dict):
        return {k: _signed(v, sign, made, only=None) if only in (None, k) else v for k, v in value.items()}
    return value
