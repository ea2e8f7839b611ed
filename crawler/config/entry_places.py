"""Where an entry of a section stands in the text of a configuration, or would stand.

An entry is one of a section: of ``topics`` or ``terms`` (mappings, by key), of ``sources`` or ``subscriptions`` (lists, by
the ``name`` in each). It ends with its own lines: a comment behind it belongs to it where it is indented deeper than the
entry itself, else to what follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from crawler.config.spans import BREAKS, LOADER, Span, line_end, line_start, spans
from crawler.config.text_edits import Edit, apply_edits, indented, lines_of, replace_lines
from crawler.config.yaml_text import flow_text_of_block
from crawler.model import AseanwatchError

LISTS = ("sources", "subscriptions")
"""Sections that are lists; all others are mappings."""
_BLANK = " \t" + BREAKS


class EntryStanding(NamedTuple):
    """Where in its section an entry stands: ``lines`` lines behind another one, or behind the section's key.

    In a section that is written as ``[…]`` or ``{…}`` there are no lines: -1. ``margin`` is the number of blanks before it; ``is_open`` says that the file's last line has no line break.
    """

    after: str | None
    lines: int
    margin: int
    is_open: bool


class EntryPlace:
    """Where an entry stands in a text, or would stand.

    ``container`` is the section, ``span`` the entry (of a mapping the value, of a list the item), ``label`` what names it.
    """

    def __init__(self, text: str, section: str, name: str) -> None:
        # PyYAML's two parsers differ in whether offsets
        # count a byte order mark, so it is put aside.
        self.bom = "\ufeff" if text.startswith("\ufeff") else ""
        self.text = text.removeprefix("\ufeff")
        self.section = section
        self.name = name
        self.container = section_of(self.text, section)
        self.entries = entries_of(self.container)
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
        """Whether the section is written as ``[…]`` or ``{…}`` with something in it."""
        return self.container is not None and self.container.flow and bool(self.entries)

    def values(self) -> Any:
        """What the entry holds now; None where there is none."""
        if self.span is None:
            return None
        # An alias means what stands elsewhere; the entry's own lines alone cannot be read.
        if self.in_flow or any(part.kind == "alias" for part in self.span.walk()):
            return _read(self.text, self.span)
        found = yaml.load(self.block() or "", Loader=LOADER)
        return next(iter(found.values() if isinstance(found, dict) else found), None)

    def with_edits(self, *edits: Edit) -> str:
        """The whole text after some edits."""
        return self.bom + apply_edits(self.text, list(edits))

    def block(self) -> str | None:
        """The entry's own lines without their margin."""
        if self.index is None:
            return None
        start, end = self._bounds(self.index)
        if self.in_flow:
            return self.text[start:end]
        margin = self._margin(self.index)
        lines = lines_of(self.text[start:end])
        return "".join(
            ln[margin:] if not ln[:margin].strip(" ") and len(ln) > margin else ln.lstrip(" ") for ln in lines
        )

    def standing(self) -> EntryStanding | None:
        """Where in its section the entry stands; None where there is none."""
        if self.index is None:
            return None
        after = self.entries[self.index - 1][0].value if self.index else None
        if self.in_flow:
            return EntryStanding(after, -1, 0, is_open=False)
        start = self._bounds(self.index)[0]
        lines = len(lines_of(self.text[self._end_before(self.index) : start]))
        is_open = self.text[-1:] not in BREAKS
        return EntryStanding(after, lines, self._margin(self.index), is_open)

    def _end_before(self, index: int) -> int:
        """The offset behind the entry before one, or behind the line of the section's key."""
        return self._bounds(index - 1)[1] if index else line_end(self.text, self._colon())

    def with_block_at(self, block: str, standing: EntryStanding) -> str:
        """The text with an entry that it does not have, where it stood before."""
        names = [label.value for label, _ in self.entries]
        is_known = self.container is not None and standing.after in (None, *names)
        if self.index is not None or not is_known or self.in_flow != (standing.lines < 0):
            return self.with_block(block)
        place = names.index(standing.after) + 1 if standing.after is not None else 0
        if self.in_flow:
            return self._with_block_in_flow(block, place)
        at = self._end_before(place)
        # The lines between were comments; where they are gone, the next entry is not passed over.
        end = self._bounds(place)[0] if place < len(self.entries) else len(self.text)
        for _ in range(standing.lines):
            at = min(line_end(self.text, at), end)
        lines = indented(block.replace("\r\n", "\n"), standing.margin)
        edits = [replace_lines(self.text, at, at, lines)]
        if not self.entries and self.container is not None:
            edits.append(Edit(self._colon(), max(self._colon(), self.container.end), ""))
        made = self.with_edits(*edits)
        return made.rstrip("\r\n") if standing.is_open and at == len(self.text) else made

    def without_entry(self) -> str:
        """The text without the entry."""
        if self.index is None or self.container is None:
            return self.bom + self.text
        if self.in_flow:
            return self.with_edits(remove_from_flow(self.container, self.index, self._flow_bounds()))
        taken_out = Edit(*self._bounds(self.index), "")
        if len(self.entries) > 1:
            return self.with_edits(taken_out)
        colon = self._colon()
        # The last entry: a key without a value would be null, which is an error.
        return self.with_edits(Edit(colon, colon, " []" if self.section in LISTS else " {}"), taken_out)

    def with_block(self, block: str) -> str:
        """The text with the entry as a block of lines says it, in the place that it has, else at the section's end."""
        block = block.replace("\r\n", "\n")
        if self.in_flow:
            return self._with_block_in_flow(block)
        # What was taken out of a list in brackets has neither a dash nor a line of its own.
        is_item = self.section in LISTS and not block.lstrip().startswith("-")
        if (is_item or "\n" not in block) and self.container is not None and self.container.flow:
            return self.with_edits(Edit(self.container.end - 1, self.container.end - 1, block))
        block = f"- {block}" if is_item else block
        if self.index is not None:
            lines = indented(block, self._margin(self.index))
            return self.with_edits(replace_lines(self.text, *self._bounds(self.index), lines))
        if self.entries:
            at = self._bounds(len(self.entries) - 1)[1]
            return self.with_edits(replace_lines(self.text, at, at, indented(block, self._margin(0))))
        return self._with_first_entry(indented(block, 2))

    def _with_first_entry(self, lines: str) -> str:
        """The text with the first entry of a section that is empty or missing."""
        end = len(self.text)
        if self.container is None:
            return self.with_edits(replace_lines(self.text, end, end, f"{self.section}:\n{lines}"))
        colon = self._colon()
        empty = max(colon, self.container.end)
        end = line_end(self.text, empty)
        return self.with_edits(Edit(colon, empty, ""), replace_lines(self.text, end, end, lines))

    def _with_block_in_flow(self, block: str, place: int | None = None) -> str:
        made = flow_text_of_block(block, is_list=self.section in LISTS)
        assert self.container is not None
        if self.index is None and place is not None and place < len(self.entries):
            start = self._flow_bounds()[place][0]
            return self.with_edits(Edit(start, start, f"{made}, "))
        if self.index is None:
            last = self.container.children[-1].end
            return self.with_edits(Edit(last, last, f", {made}"))
        return self.with_edits(Edit(*self._flow_bounds()[self.index], made))

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
        return bounds_of(self.text, self.entries[index], is_list=self.section in LISTS)

    def _margin(self, index: int) -> int:
        start = self._bounds(index)[0]
        return len(self.text[start:]) - len(self.text[start:].lstrip(" "))


def without_empty_section(text: str, section: str) -> str:
    """The text without the key of a section that holds nothing; as it is where the section holds something."""
    bom = "\ufeff" if text.startswith("\ufeff") else ""
    bare = text.removeprefix(bom)
    root = spans(bare)
    found = next(((k, v) for k, v in (root.pairs() if root else ()) if k.value == section), None)
    if found is None or found[1].children or found[1].value or not found[1].flow:
        return text
    start, end = bounds_of(bare, found)
    left = bare[:start] + bare[end:]
    # The file goes on ending without a line break.
    return bom + (left.rstrip("\r\n") if end == len(bare) and bare[-1:] not in BREAKS else left)


def section_of(text: str, section: str) -> Span | None:
    """Where a section of the top level stands; None where there is none.

    Raises:
        AseanwatchError: the text is no YAML.
    """
    try:
        root = spans(text)
    except yaml.YAMLError as error:
        raise AseanwatchError(f"the configuration is no YAML: {' '.join(str(error).split())}") from None
    return root.get(section) if root is not None else None


def _can_hold(container: Span | None, kind: str) -> bool:
    """Whether a section is of a kind, or empty so that it can become one."""
    return (
        container is None
        or container.kind == kind
        or (container.kind == "scalar" and container.value in ("", "~", "null"))
    )


def entries_of(container: Span | None) -> list[tuple[Span, Span]]:
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
        return next(
            (
                loader.construct_object(n, deep=True)
                for n in _nodes(loader.get_single_node())
                if _is_at(n, span)
            ),
            None,
        )
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


def bounds_of(text: str, entry: tuple[Span, Span], *, is_list: bool = False) -> tuple[int, int]:
    """The offsets of an entry's own lines, with the comments behind it that belong to it."""
    label, span = entry
    begin = _dash(text, span.start) if is_list else label.start
    start = line_start(text, begin)
    last = max(label.end, span.end)
    is_whole = last > 0 and text[last - 1] in BREAKS  # a text that keeps its last line breaks
    end = last if is_whole else line_end(text, last)
    behind = text[last:end].strip(_BLANK)
    # Two entries on one line: taking the line would take both.
    if text[start:begin].strip(" ") or (behind and not behind.startswith("#")):
        raise AseanwatchError(
            "the entries do not stand on lines of their own, so that none can be changed alone"
        )
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
        # A comment may stand between the dash and its item.
        bare = re.sub(r"(^|\s)#.*", "", text[start:at]).rstrip(_BLANK)
        if bare.endswith("-"):
            return start + bare.rindex("-")
        if bare:
            break
        at = max(0, start - 1)
    raise AseanwatchError("the list is written in a form that cannot be changed")


def remove_from_flow(container: Span, index: int, bounds: list[tuple[int, int]]) -> Edit:
    """The edit that takes one of the entries out that stand in a flow, with one comma."""
    start, end = bounds[index]
    if index + 1 < len(bounds):
        return Edit(start, bounds[index + 1][0], "")
    return Edit(bounds[index - 1][1] if index else container.start + 1, end, "")
