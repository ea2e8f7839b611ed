"""Changes to config.yaml made by program: only what is to change is written anew, every other byte stays as it is.

An entry is one of a section: of ``topics`` or ``terms`` (mappings, by key), of ``sources`` or ``subscriptions`` (lists, by
the ``name`` in each). It ends with its own lines: a comment behind it belongs to it where it is indented deeper than the
entry itself, else to what follows.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import tempfile
from collections.abc import Collection, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, FoldedScalarString

from crawler.config.load import plain_values, read_config
from crawler.config.quoting import writable
from crawler.config.settings import Settings
from crawler.config.spans import BREAKS, LOADER, Span, line_end, line_start, spans
from crawler.model import AseanwatchError

LISTS = ("sources", "subscriptions")
"""Sections that are lists; all others are mappings."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_BLANK = " \t" + BREAKS


class _Edit(NamedTuple):
    """What stands between two offsets is to be replaced."""

    start: int
    end: int
    text: str


def with_part(text: str, section: str, name: str, values: Mapping[str, Any] | None) -> str:
    """A configuration in which one entry of a section holds other values.

    Args:
        text: the file's text.
        section: the section, at the top level; it is made where it is missing.
        name: the entry; a new one goes to the section's end.
        values: its values, keys that are not named go; None takes the entry out.

    Raises:
        AseanwatchError: the section is written in a form that cannot be added to, the name is none, or a text cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise AseanwatchError(f"{name!r} is no name; allowed: letters, digits, . _ -")
    place = _Place(text, section, name)
    if values is None:
        return place.without()
    plain = json.loads(json.dumps(_named(name, values) if section in LISTS else values))
    wanted = writable(plain, (section, 0 if section in LISTS else name))
    return _changed_inside(place, wanted) or place.having(_dumped([wanted] if section in LISTS else {name: wanted}))


def _named(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """An item of a list, its name first."""
    return {"name": name, **{key: value for key, value in values.items() if key != "name"}}


def _changed_inside(place: _Place, wanted: Mapping[str, Any]) -> str | None:
    """The text in which only those of an entry's values are written anew that change; None where that cannot be done."""
    present = place.values()
    if not isinstance(present, dict) or place.span is None or place.span.kind != "map":
        return None
    try:
        made = _applied(place.text, _inside(place.text, place.span, present, wanted))
        is_right = _Place(made, place.section, place.name).values() == wanted
    except AseanwatchError:
        return None
    return place.bom + made if is_right else None


def part_of(text: str, section: str, name: str) -> str | None:
    """The lines of one entry without their margin; None where there is no such entry."""
    return _Place(text, section, name).block()


def put_back(text: str, section: str, name: str, block: str | None) -> str:
    """A configuration in which an entry has the lines that `part_of` gave once; None takes the entry out."""
    place = _Place(text, section, name)
    return place.without() if block is None else place.having(block)


def renamed(text: str, section: str, old: str, new: str) -> str:
    """A configuration in which an entry has another name, also wherever the file refers to it.

    Raises:
        AseanwatchError: there is no such entry, or the new name is none or taken.
    """
    if not _NAME.fullmatch(new):
        raise AseanwatchError(f"{new!r} is no name; allowed: letters, digits, . _ -")
    place = _Place(text, section, old)
    if place.span is None:
        raise AseanwatchError(f"{section} has no {old}")
    if _Place(text, section, new).span is not None:
        raise AseanwatchError(f"{section} has a {new} already")
    label = place.label
    assert label is not None
    own = _Edit(label.start, label.end, _anchored(label, _flow(new)))
    return place.changed(own, *_references(place.text, section, old, new))


def _references(text: str, section: str, old: str, new: str) -> list[_Edit]:
    """The edits that give whatever refers to an entry its new name."""
    root = spans(text)
    if root is None:
        return []
    if section == "terms":
        sign = re.compile(rf"[$＄]{re.escape(old)}(?![A-Za-z0-9_])")
        queries = [q for _, topic in _entries(root.get("topics")) if (q := topic.get("query")) is not None]
        texts = [*_scalars(root.get("terms")), *queries]
        edits = [_Edit(m.start(), m.end(), f"${new}") for s in texts for m in sign.finditer(text, s.start, s.end)]
        return edits + [_Edit(s.start, s.end, _flow(new)) for s in _scalars(root.get("relevance")) if s.value == old]
    key = {"topics": "topics", "sources": "sources"}.get(section)
    lists = [item.get(key) for _, item in _entries(root.get("subscriptions"))] if key else []
    return [_Edit(s.start, s.end, _flow(new)) for held in lists for s in _scalars(held) if s.value == old]


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
    return [label.value for label, _ in _entries(_section(text, section))]


class _Place:
    """Where an entry stands in a text, or would stand.

    ``container`` is the section, ``span`` the entry (of a mapping the value, of a list the item), ``label`` what names it.
    """

    def __init__(self, text: str, section: str, name: str) -> None:
        self.bom = "\ufeff" if text.startswith("\ufeff") else ""  # parsers count it, or do not
        self.text, self.section, self.name = text.removeprefix("\ufeff"), section, name
        self.container = _section(self.text, section)
        self.entries = _entries(self.container)
        found = [i for i, (label, _) in enumerate(self.entries) if label.value == name]
        self.index = found[0] if found else None
        self.label: Span | None = None
        self.span: Span | None = None
        if self.index is not None:
            self.label, self.span = self.entries[self.index]
        if not _can_hold(self.container, "seq" if section in LISTS else "map"):
            raise AseanwatchError(f"{section} is not written in a form that an entry could be put into")

    @property
    def in_flow(self) -> bool:
        return self.container is not None and self.container.flow and bool(self.entries)

    def values(self) -> Any:
        """What the entry holds now; None where there is none."""
        if self.span is None:
            return None
        if self.in_flow or any(part.kind == "alias" for part in self.span.walk()):
            return _read(self.text, self.span)
        found = yaml.load(self.block() or "", Loader=LOADER)
        return next(iter(found.values() if isinstance(found, dict) else found), None)

    def changed(self, *edits: _Edit) -> str:
        """The whole text after some edits."""
        return self.bom + _applied(self.text, list(edits))

    def block(self) -> str | None:
        """The entry's own lines without their margin."""
        if self.index is None:
            return None
        start, end = self._bounds(self.index)
        if self.in_flow:
            return self.text[start:end]
        margin = self._margin(self.index)
        lines = _lines(self.text[start:end])
        return "".join(ln[margin:] if not ln[:margin].strip(" ") and len(ln) > margin else ln.lstrip(" ") for ln in lines)

    def without(self) -> str:
        """The text without the entry."""
        if self.index is None or self.container is None:
            return self.bom + self.text
        if self.in_flow:
            return self.changed(_taken_out(self.container, self.index, self._flow_bounds()))
        taken_out = _Edit(*self._bounds(self.index), "")
        if len(self.entries) > 1:
            return self.changed(taken_out)
        colon = self._colon()
        return self.changed(_Edit(colon, colon, " []" if self.section in LISTS else " {}"), taken_out)

    def having(self, block: str) -> str:
        """The text with the entry as a block of lines says it, in the place that it has, else at the section's end."""
        block = block.replace("\r\n", "\n")
        if self.in_flow:
            return self._having_in_flow(block)
        if self.index is not None:
            lines = _indented(block, self._margin(self.index))
            return self.changed(_lines_edit(self.text, *self._bounds(self.index), lines))
        if self.entries:
            at = self._bounds(len(self.entries) - 1)[1]
            return self.changed(_lines_edit(self.text, at, at, _indented(block, self._margin(0))))
        return self._first(_indented(block, 2))

    def _first(self, lines: str) -> str:
        """The text with the first entry of a section that is empty or missing."""
        end = len(self.text)
        if self.container is None:
            return self.changed(_lines_edit(self.text, end, end, f"{self.section}:\n{lines}"))
        colon = self._colon()
        empty = max(colon, self.container.end)
        end = line_end(self.text, empty)
        return self.changed(_Edit(colon, empty, ""), _lines_edit(self.text, end, end, lines))

    def _having_in_flow(self, block: str) -> str:
        made = _flow_of(block, is_list=self.section in LISTS)
        assert self.container is not None
        if self.index is None:
            last = self.container.children[-1].end
            return self.changed(_Edit(last, last, f", {made}"))
        return self.changed(_Edit(*self._flow_bounds()[self.index], made))

    def _colon(self) -> int:
        """The offset behind the colon of the section's own key."""
        root = spans(self.text)
        key = next(k for k, _ in (root.pairs() if root else ()) if k.value == self.section)
        return self.text.index(":", key.end) + 1

    def _flow_bounds(self) -> list[tuple[int, int]]:
        return [(min(label.start, span.start), span.end) for label, span in self.entries]

    def _bounds(self, index: int) -> tuple[int, int]:
        if self.in_flow:
            return self._flow_bounds()[index]
        return _bounds(self.text, self.entries[index], is_list=self.section in LISTS)

    def _margin(self, index: int) -> int:
        start = self._bounds(index)[0]
        return len(self.text[start:]) - len(self.text[start:].lstrip(" "))


def _section(text: str, section: str) -> Span | None:
    try:
        root = spans(text)
    except yaml.YAMLError as error:
        raise AseanwatchError(f"the configuration is no YAML: {' '.join(str(error).split())}") from None
    return root.get(section) if root is not None else None


def _can_hold(container: Span | None, kind: str) -> bool:
    """Whether a section is of a kind, or empty so that it can become one."""
    return container is None or container.kind == kind or (container.kind == "scalar" and container.value in ("", "~", "null"))


def _entries(container: Span | None) -> list[tuple[Span, Span]]:
    """What names each entry of a section, with the entry."""
    if container is None or container.kind == "scalar":
        return []
    if container.kind == "map":
        return container.pairs()
    named = ((item.get("name"), item) for item in container.children)
    return [(label, item) for label, item in named if label is not None]


def _read(text: str, span: Span) -> Any:
    """What a part holds as plain values, what its aliases stand for included."""
    loader = LOADER(text)
    try:
        return next((loader.construct_object(n, deep=True) for n in _nodes(loader.get_single_node()) if _is_at(n, span)), None)
    except yaml.YAMLError:
        return None
    finally:
        loader.dispose()


def _nodes(node: yaml.Node) -> Iterator[yaml.Node]:
    """A node's entries and those of its entries: as deep as sections and what they hold."""
    for section in _children(node):
        yield from _children(section)


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [value for _, value in node.value]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _is_at(node: yaml.Node, span: Span) -> bool:
    return bool(node.start_mark.index == span.start) and span.kind != "alias"


def _bounds(text: str, entry: tuple[Span, Span], *, is_list: bool = False) -> tuple[int, int]:
    """The offsets of an entry's own lines, with the comments behind it that belong to it."""
    label, span = entry
    begin = _dash(text, span.start) if is_list else label.start
    start, last = line_start(text, begin), max(label.end, span.end)
    is_whole = last > 0 and text[last - 1] in BREAKS  # a text that keeps its last line breaks
    end = last if is_whole else line_end(text, last)
    behind = text[last:end].strip(_BLANK)
    if text[start:begin].strip(" ") or (behind and not behind.startswith("#")):
        raise AseanwatchError("the entries do not stand on lines of their own, so that none can be changed alone")
    while (following := line_end(text, end)) > end and _is_comment(text[end:following], begin - start):
        end = following
    return start, end


def _is_comment(line: str, margin: int) -> bool:
    """Whether a line is a comment that is indented deeper than a margin."""
    bare = line.lstrip(" ")
    return bare.startswith("#") and len(line) - len(bare) > margin


def _dash(text: str, at: int) -> int:
    """The offset of the dash before an item of a list, which may stand on a line before it."""
    while at > 0:
        start = line_start(text, at)
        bare = re.sub(r"(^|\s)#.*", "", text[start:at]).rstrip(_BLANK)
        if bare.endswith("-"):
            return start + bare.rindex("-")
        if bare:
            break
        at = max(0, start - 1)
    raise AseanwatchError("the list is written in a form that cannot be changed")


def _inside(text: str, entry: Span, present: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[_Edit]:
    """The edits that bring a mapping to other values; keys whose values stay are not touched."""
    pairs = entry.pairs()
    edits: list[_Edit] = []
    bounds = [(k.start, v.end) for k, v in pairs]
    for index, (key, value) in enumerate(pairs):
        if key.value not in wanted:
            edits.append(_taken_out(entry, index, bounds) if entry.flow else _Edit(*_bounds(text, (key, value)), ""))
        elif key.value in present and present[key.value] != wanted[key.value]:
            edits += _value(text, key, value, present[key.value], wanted[key.value], flow=entry.flow)
    added = {k: v for k, v in wanted.items() if k not in {key.value for key, _ in pairs}}
    if added and entry.flow:
        edits.append(_Edit(entry.end - 1, entry.end - 1, (", " if pairs else "") + _flow(added)[1:-1]))
    elif added:
        at = _bounds(text, pairs[-1])[1]
        margin = pairs[0][0].start - line_start(text, pairs[0][0].start)
        edits.append(_lines_edit(text, at, at, _indented(_dumped(added), margin)))
    return edits


def _value(text: str, key: Span, value: Span, present: Any, wanted: Any, *, flow: bool) -> list[_Edit]:
    """The edits that give a key another value."""
    if isinstance(present, dict) and isinstance(wanted, Mapping) and value.kind == "map":
        return _inside(text, value, present, wanted)
    short = _anchored(value, _flow(wanted))
    one_line = not any(c in text[value.start : value.end] for c in BREAKS) and value.style not in ("|", ">")
    if flow or (one_line and not (isinstance(wanted, list | dict) and not value.flow) and len(short) <= 110):
        blank = " " if value.start == value.end else ""
        return [_Edit(value.start, value.end, blank + short)]
    start, end = _bounds(text, (key, value))
    return [_lines_edit(text, start, end, _indented(_dumped({key.value: wanted}), key.start - start))]


def _anchored(span: Span, made: str) -> str:
    return f"&{span.anchor} {made}" if span.anchor else made


def _taken_out(container: Span, index: int, bounds: list[tuple[int, int]]) -> _Edit:
    """The edit that takes one of the entries out that stand in a flow, with one comma."""
    start, end = bounds[index]
    if index + 1 < len(bounds):
        return _Edit(start, bounds[index + 1][0], "")
    return _Edit(bounds[index - 1][1] if index else container.start + 1, end, "")


def _lines_edit(text: str, start: int, end: int, lines: str) -> _Edit:
    """The edit that puts other lines in place of some, in the file's own line breaks; a last line without one stays so."""
    own = "\r\n" if "\r\n" in text else "\n"
    made = lines.replace("\n", own)
    if end == len(text) and text and text[-1] not in BREAKS:
        made = made.removesuffix(own)
        made = own + made if start == end else made
    return _Edit(start, end, made)


def _applied(text: str, edits: list[_Edit]) -> str:
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _yaml() -> YAML:
    made = YAML()
    made.preserve_quotes = True
    made.width = 4096
    made.indent(mapping=2, sequence=4, offset=2)
    return made


def _flow(value: Any) -> str:
    """A value on one line."""
    dumped: str = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10**9, sort_keys=False)
    return dumped.removesuffix("\n").removesuffix("\n...")


def _flow_of(block: str, *, is_list: bool) -> str:
    """A block of lines as an entry of a flow: as it is where it stands on one line, else written anew."""
    stripped = block.strip()
    found = yaml.load(block, Loader=LOADER)
    if "\n" not in stripped and "#" not in stripped and not isinstance(found, list):
        return stripped
    if is_list:
        return _flow(found[0] if isinstance(found, list) else found)
    return _flow(found)[1:-1]


def _shaped(value: Any) -> Any:
    """Long texts folded, short lists on one line, and in quotes what YAML 1.1 takes for something else than text."""
    if isinstance(value, Mapping):
        return CommentedMap((k, _shaped(v)) for k, v in value.items())
    if isinstance(value, list | tuple):
        made = CommentedSeq(_shaped(v) for v in value)
        if not any(isinstance(v, Mapping) for v in value) and sum(len(str(v)) + 2 for v in value) < 100:
            made.fa.set_flow_style()
        return made
    if not isinstance(value, str):
        return value
    if len(value) > 110 and not re.search(r"\s\s|^\s|\s$|[^\S ]", value):
        return FoldedScalarString(value)
    return value if _is_text(value) else DoubleQuotedScalarString(value)


def _is_text(value: str) -> bool:
    """Whether a plain scalar is this text for YAML 1.1 as for 1.2, also in a flow (no, 1_000, 12:30 and ?x are not)."""
    return _flow([value]) == f"[{value}]"


def _dumped(values: Any) -> str:
    out = StringIO()
    _yaml().dump(_shaped(values), out)
    made = out.getvalue()
    if isinstance(values, list):  # ruamel indents a list at the top level
        made = "".join(line.removeprefix("  ") for line in made.splitlines(keepends=True))
    return made


def _indented(text: str, margin: int) -> str:
    """Lines with a margin; empty ones stay empty."""
    made = "".join(f"{' ' * margin}{line}" if line.strip("\r\n") else line for line in _lines(text))
    return made if made.endswith("\n") else made + "\n"


def difference(before: str, after: str, name: str) -> str:
    """What changes between two texts of a file, as a unified difference."""
    lines = (before.splitlines(keepends=True), after.splitlines(keepends=True))
    return "".join(difflib.unified_diff(*lines, name, name, n=2))


def read(path: Path) -> str:
    """A file's text with its own line breaks, so that it can be written back byte for byte.

    Raises:
        AseanwatchError: it is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise AseanwatchError(f"{path.name} is not UTF-8 ({error.reason} at byte {error.start})") from None


def only_changed(before: str, after: str, section: str, names: Collection[str]) -> None:
    """Make sure that a change concerns some entries of a section and nothing else of the file.

    Whatever text a program was given to write: where it would reach beyond its place, nothing is written.

    Raises:
        AseanwatchError: it changes something else.
    """
    old, new = (_all_but(plain_values(text, "the configuration"), section, names) for text in (before, after))
    if old != new:
        raise AseanwatchError(f"this would change more than {section}: {', '.join(names)}; nothing was written")


def _all_but(values: dict[str, Any], section: str, names: Collection[str]) -> dict[str, Any]:
    """All values of a file but some entries of a section; a section without any is none."""
    held = values.get(section) or {}
    if isinstance(held, dict):
        left: Any = {name: value for name, value in held.items() if name not in names}
    else:
        left = [value for value in held if not (isinstance(value, dict) and value.get("name") in names)]
    return {**values, section: left or None}


def checked(path: Path, text: str) -> Settings:
    """The settings that a text would give in place of a file. They are read from memory: tries side by side share nothing.

    Raises:
        ConfigError: it is wrong; lines are those of the text. AseanwatchError: it is no text that could be written.
    """
    return read_config(_encoded(text), str(path), path.parent).settings


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise AseanwatchError(f"the character U+{ord(text[error.start]):04X} is no text; leave it out") from None


def write(path: Path, before: str, after: str) -> Settings:
    """Put a text in place of a file, at once and whole.

    Args:
        path: the file.
        before: what the change was made from, as `read` gives it.
        after: what it is to say.

    Raises:
        AseanwatchError: somebody else has changed it meanwhile, or it cannot be written; ConfigError: the text is wrong. The file
            stays as it was.
    """
    settings = checked(path, after)
    if read(path) != before:
        raise AseanwatchError(f"{path.name} has been changed by somebody else meanwhile; nothing was written")
    try:
        _replace(path, _encoded(after))
    except OSError as error:
        raise AseanwatchError(f"{path.absolute()} cannot be written: {error.strerror}") from None
    return settings


def _replace(path: Path, data: bytes) -> None:
    """Put bytes in place of a file by way of a new one of their own, which is not left behind."""
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
    scratch = Path(name)
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        scratch.chmod(path.stat().st_mode)
        scratch.replace(path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
