"""Keys that had another name once: they are read as before, with a notice that says the present one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import yaml

from crawler.config.text_edits import Edit, apply_edits

_PRESENT = {"relevance": {"china": "ours", "partner": "theirs"}}
"""By section the present name of each key."""
_REMOVE = "remove"
"""What takes out keys of files beneath; it names them, too."""


class FormerKey(NamedTuple):
    """A key by its former name: where that stands, in which section, and what the key is called now."""

    node: yaml.ScalarNode
    section: str
    present: str

    @property
    def line(self) -> int:
        """The line, counted from 1."""
        return int(self.node.start_mark.line) + 1

    @property
    def notice(self) -> str:
        """What is said of it."""
        return f"is called {self.present} now; write {self.present} in its place (it is read as before)"


def former_keys(node: yaml.Node | None) -> Iterator[FormerKey]:
    """The keys of a configuration that stand under a former name."""
    for section, child in _pairs(node):
        if section.value in _PRESENT:
            yield from _in_section(str(section.value), child)
        elif section.value == _REMOVE:
            for named, keys in _pairs(child):
                yield from _named(str(named.value), keys)


def _in_section(section: str, node: yaml.Node) -> Iterator[FormerKey]:
    for key, child in _pairs(node):
        if key.value == _REMOVE:
            yield from _named(section, child)
        elif key.value in _PRESENT[section]:
            yield FormerKey(key, section, _PRESENT[section][key.value])


def _named(section: str, node: yaml.Node) -> Iterator[FormerKey]:
    """Keys that a removal names, as a list or with what of them is to go."""
    named = [key for key, _ in _pairs(node)]
    if isinstance(node, yaml.SequenceNode):
        named = [child for child in node.value if isinstance(child, yaml.ScalarNode)]
    for key in named:
        if key.value in _PRESENT.get(section, ()):
            yield FormerKey(key, section, _PRESENT[section][key.value])


def _pairs(node: yaml.Node | None) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    held = node.value if isinstance(node, yaml.MappingNode) else ()
    return [(key, child) for key, child in held if isinstance(key, yaml.ScalarNode)]


def with_present_keys(text: str) -> str:
    """The text of a configuration in which such keys have their present names."""
    mark, bare = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    found = former_keys(yaml.compose(bare, yaml.CSafeLoader))
    # An alias stands where its anchor does.
    edits = {Edit(f.node.start_mark.index, f.node.end_mark.index, f.present) for f in found}
    return mark + apply_edits(bare, edits)
