"""The lines of a page as a browser shows them, each with the place where it stands.

What readers make of a page is held against these lines: how much of a line is links, whether it is a caption, and in what kind
of container it stands. All of it is found in one walk over the page.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from lxml import etree

from crawler.parsing.page_tree import Element, ancestors, described
from crawler.parsing.text import BLOCK, SILENT, clean, size_of

PROSE = 80
"""Bytes of UTF-8 from which a line is running text."""
LINKED = 0.6
"""Share of a line that is text of links, from which it is a pointer to other stories and no sentence."""
_MOSTLY_LINKED = 0.9
_LEAST_SAID = 12
"""Bytes outside of links at the end of a sentence whose names are links."""
_SENTENCE_END = re.compile(r"[.!?。！？…។၊။][\"'”’」』)）»\]]*$")
_LABEL_END = re.compile(r"[:：]$")
_DATE, _LONGEST_DATED = (
    re.compile(r"[\W_]*(?:[^\W\d_]{2,12},?)?\d{1,4}(?:\W|_|\d|[^\W\d_]{1,12}(?=[\W\d])){3,20}[\W_]*"),
    300,
)
"""What is a date and no sentence, without white space."""
_BREAKS = BLOCK | {"td", "th", "dt", "dd", "main", "aside", "nav", "address", "body"}
_MOST = 0.5
"""Share of a page's running text, from which an element holds the article, whatever it is called."""
_EMPTY = ("br", "hr")
_UNSHOWN = (SILENT - {"button"}) | {"head", "title"}
_INSIDE = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "table", "tbody", "thead", "tr",
     "figure", "a", "b", "strong", "em", "i", "u", "font", "span")
)  # fmt: skip
"""Elements that say how text is set, and not what it belongs to."""
_LEVELS = 3
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_CAPTION = re.compile(r"caption|credit|legend(?:$|[\s_-])|(?:^|[\s_-])photo-?(?:by|desc)")
_NAMED_CAPTION = re.compile(
    r"(?:^|[\s_-])(?:fig)?(?:caption|credit|legend)s?(?:[_-]*(?:text|full|truncated|content|wrap\w*|inner|container|box|block|title|line))?(?:\s|$)"
)
"""Names that say nothing but that."""
_LONGEST_CAPTION = 800
_MOST_CAPTIONS = 500
_PICTURES = ("img", "picture", "video", "figure", "iframe", "amp-img")
_NO_PICTURES = ("table", "blockquote", "pre", "ul", "ol")
"""What a figure holds that is a part of the text."""
_NEAR, _MOST_TRIES, _FEW = 50_000, 30, 5
_MOST_SEARCHED = 50_000_000
"""Characters that are searched for lines that stand nowhere near where they should."""


_UNSEEN = re.compile("[\xad\u200b-\u200f\u2060\ufeff]")


def packed(text: str) -> str:
    """Text without white space and signs that nobody sees, which readers treat in their own ways."""
    joined = "".join(text.split())
    return joined if joined.isascii() else _UNSEEN.sub("", joined)


def beginning(element: Element, most: int) -> str | None:
    """The text of an element without white space; None where it has more characters, and no more of it is read."""
    pieces: list[str] = []
    for piece in element.itertext():
        without = packed(piece)
        most -= len(without)
        if most < 0:
            return None
        pieces.append(without)
    return "".join(pieces)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """What stands between two breaks.

    Attributes:
        text: on one line.
        start: of it in the page's text without white space.
        end: behind it there.
        element: the innermost one around it that makes a line.
        is_hidden: whether the page does not show it, at least not at first.
        is_apart: whether an empty line stands before it.
    """

    text: str
    start: int
    end: int
    element: Element
    is_hidden: bool = False
    is_apart: bool = False


@dataclass(frozen=True, slots=True)
class _Ranges:
    """Parts of a text that lie apart from each other, in their order."""

    starts: list[int]
    ends: list[int]
    sizes: list[int]
    """Characters in all ranges before each."""

    @classmethod
    def of(cls, found: Iterable[tuple[int, int]]) -> _Ranges:
        starts: list[int] = []
        ends: list[int] = []
        for start, end in sorted(found):
            if ends and start <= ends[-1]:
                ends[-1] = max(ends[-1], end)
            elif start < end:
                starts.append(start)
                ends.append(end)
        sizes = [0, *accumulate(e - s for s, e in zip(starts, ends, strict=True))]
        return cls(starts, ends, sizes)

    def _before(self, place: int) -> int:
        number = bisect_right(self.starts, place)
        inside = max(0, self.ends[number - 1] - place) if number else 0
        return self.sizes[number] - inside

    def within(self, start: int, end: int) -> int:
        """Characters of a part of the text that lie in the ranges."""
        return self._before(end) - self._before(start)


class _Walk:
    """One walk over a page, which finds its lines, and the parts of its text that are links and captions."""

    def __init__(self, tree: Element) -> None:
        self.lines: list[Line] = []
        self.whole: list[str] = []
        """The page's text without white space, in pieces."""
        self.links: list[tuple[int, int]] = []
        self.captions: list[tuple[int, int]] = []
        self._parts: list[str] = []
        """Of the line that is being read."""
        self._begin = self._size = 0
        self._element = tree
        self._opened: dict[Element, int] = {}
        """Where links, and what may be captions, began."""
        self._looked_at = 0
        self._is_apart = False
        self._hidden: Element | None = None
        """The outermost hidden element around what is read."""
        self._go(tree)

    def _go(self, tree: Element) -> None:
        walk = etree.iterwalk(tree, events=("start", "end"))
        for event, element in walk:
            tag = element.tag
            if tag in _UNSHOWN:
                if event == "start":
                    walk.skip_subtree()
                else:
                    self._add(element.tail)
            elif event == "start":
                self._open(element)
            else:
                self._leave(element)
        self._end_line(tree)

    def _open(self, element: Element) -> None:
        tag = element.tag
        if tag in _BREAKS:
            self._is_apart = self._is_apart or (tag in _EMPTY and self._begin == self._size)
            self._end_line(self._element if tag in _EMPTY else element)
        if self._hidden is None and _is_hidden(element):
            self._hidden = element
        if (tag == "a" and element.get("href")) or _may_be_caption(element):
            self._opened[element] = self._size
        self._add(element.text)

    def _leave(self, element: Element) -> None:
        if element in self._opened:
            self._close(element, self._opened.pop(element))
        if element.tag in _BREAKS and element.tag not in _EMPTY:
            self._end_line(element.getparent())
        if element is self._hidden:
            self._hidden = None
        self._add(element.tail)

    def _add(self, text: str | None) -> None:
        if text:
            self._parts.append(text)
            without = packed(text)
            self.whole.append(without)
            self._size += len(without)

    def _end_line(self, element: Element) -> None:
        if self._begin < self._size:
            text, is_hidden = clean("".join(self._parts)), self._hidden is not None
            line = Line(text, self._begin, self._size, self._element, is_hidden, self._is_apart)
            self.lines.append(line)
            self._is_apart = False
        self._parts.clear()
        self._begin, self._element = self._size, element

    def _close(self, element: Element, start: int) -> None:
        end = self._size
        if element.tag == "a":
            self.links.append((start, end))
        elif start < end <= start + _LONGEST_CAPTION and self._is_caption(element):
            self.captions.append((start, end))

    def _is_caption(self, element: Element) -> bool:
        if element.tag == "figure":
            return next(element.iter(*_NO_PICTURES), None) is None
        if element.tag == "figcaption" or _NAMED_CAPTION.search(described(element)) is not None:
            return True
        self._looked_at += 1
        return self._looked_at <= _MOST_CAPTIONS and _is_beside_picture(element)


class PageLines:
    """The lines of a page.

    Attributes:
        lines: in the order of the page.
        text: all of them without white space.
    """

    def __init__(self, tree: Element) -> None:
        walk = _Walk(tree)
        self.lines = walk.lines
        self.text = "".join(walk.whole)
        self._captioned = _Ranges.of(walk.captions)
        self._linked = _Ranges.of(walk.links)
        self._starts = [line.start for line in self.lines]
        self._numbers: defaultdict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(self.lines):
            self._numbers[self.text[line.start : line.end]].append(number)
        self._places: dict[Element, tuple[str, ...]] = {}
        self._left = _MOST_SEARCHED

    @cached_property
    def main(self) -> set[Element]:
        """The elements that hold most of the page's running text."""
        weights: dict[Element, int] = {}
        for line in self.lines:
            if self.is_prose(line):
                container = self.container(line)
                weights[container] = weights.get(container, 0) + line.end - line.start
        around: dict[Element, int] = {}
        for container, weight in weights.items():
            for element in (container, *container.iterancestors()):
                around[element] = around.get(element, 0) + weight
        least = _MOST * sum(weights.values())
        return {
            element
            for element, weight in around.items()
            if weight > least and element.tag not in ("html", "body")
        }

    def find(self, text: str, cursor: int) -> tuple[int, int] | None:
        """Where a text stands: behind a place in the page's text if it does, else anywhere; None if nowhere.

        Args:
            text: without white space.
            cursor: the end of the text before it.
        """
        numbers = self._numbers.get(text)
        if numbers:
            first = bisect_left(numbers, bisect_left(self._starts, cursor))
            behind = numbers[first : first + _FEW] or numbers[:1]
            number = min(
                behind, key=lambda n: self._linked.within(self.lines[n].start, self.lines[n].end) > 0
            )
            return self.lines[number].start, self.lines[number].end
        place = self.text.find(text, cursor, cursor + _NEAR)
        if place < 0 and self._left > 0:
            self._left -= len(self.text)
            place = self.text.find(text)
        return (place, place + len(text)) if place >= 0 and text else None

    def lines_in(self, start: int, end: int) -> list[Line]:
        """The lines that a text consists of; empty where it begins or ends within one."""
        lines = self.lines[self.line_at(start) : self.line_at(end - 1) + 1]
        return lines if lines and lines[0].start == start and lines[-1].end == end else []

    def line_at(self, place: int) -> int:
        """The number of the line in which a character stands."""
        return max(0, bisect_right(self._starts, place) - 1)

    def is_pointer(self, start: int, end: int) -> bool:
        """Whether a text is mostly links wherever it stands: a sentence that a link elsewhere repeats is none."""
        return all(self._is_mostly_links(*place) for place in self._same(start, end))

    def is_linked(self, line: Line) -> bool:
        """Whether a line is mostly links where it stands."""
        return self._is_mostly_links(line.start, line.end)

    def is_caption(self, start: int, end: int) -> bool:
        """Whether a text stands in the captions of pictures alone."""
        return all(self._captioned.within(*place) == end - start for place in self._same(start, end))

    def has_line(self, text: str) -> bool:
        """Whether a text without white space is a line of the page."""
        return text in self._numbers

    def is_unique(self, start: int, end: int) -> bool:
        """Whether a text is a line that the page has once."""
        return len(self._numbers.get(self.text[start:end], ())) == 1

    def same_lines(self, number: int) -> list[Line]:
        """The lines that say the same as a line, itself among them."""
        line = self.lines[number]
        return [self.lines[n] for n in self._numbers[self.text[line.start : line.end]][:_MOST_TRIES]]

    def _same(self, start: int, end: int) -> Iterable[tuple[int, int]]:
        yield start, end
        for number in self._numbers.get(self.text[start:end], [])[:_MOST_TRIES]:
            yield self.lines[number].start, self.lines[number].end

    def _is_mostly_links(self, start: int, end: int) -> bool:
        linked = self._linked.within(start, end)
        if linked <= LINKED * (end - start):
            return linked > 0 and end - start <= _LONGEST_DATED and self._is_dated_link(start, end)
        return not self._is_sentence_of_links(start, end, linked)

    def _is_dated_link(self, start: int, end: int) -> bool:
        """Whether a line is a link with nothing but a date behind it."""
        last = bisect_right(self._linked.starts, end - 1) - 1
        first = bisect_right(self._linked.ends, start)
        before = self.text[start : max(start, self._linked.starts[first])]
        after = self.text[self._linked.ends[last] : end]
        return first == last and not any(map(str.isalnum, before)) and _DATE.fullmatch(after) is not None

    def _is_sentence_of_links(self, start: int, end: int, linked: int) -> bool:
        """Whether a line names things that are links, and says something of them: it ends as a sentence outside of links."""
        if linked > _MOSTLY_LINKED * (end - start) or not _SENTENCE_END.search(
            self.text[max(start, end - 4) : end]
        ):
            return False
        last = bisect_right(self._linked.starts, end - 1) - 1
        after = self.text[self._linked.ends[last] : end]
        first = bisect_right(self._linked.ends, start)
        before = self.text[start : self._linked.starts[first]]
        is_list = last - first >= 1 and bool(before) and not _LABEL_END.search(before)
        return size_of(after) >= _LEAST_SAID or (is_list and bool(after))

    def is_prose(self, line: Line) -> bool:
        """Whether a line is running text of an article: long enough, and neither a caption nor mostly links."""
        return (
            size_of(line.text) >= PROSE
            and not self.is_linked(line)
            and not self.is_caption(line.start, line.end)
        )

    def is_sentence(self, line: Line) -> bool:
        """Whether a line ends as a sentence does."""
        return _SENTENCE_END.search(line.text) is not None

    def container(self, line: Line) -> Element:
        """The element that a line belongs to: what is around its paragraph, list or quotation."""
        element = line.element
        while element is not None and element.tag in _INSIDE and element.getparent() is not None:
            element = element.getparent()
        return element

    def place(self, line: Line) -> tuple[str, ...]:
        """The kind of container that a line stands in; the parts into which a body is cut are of one kind."""
        container = self.container(line)
        found = self._places.get(container)
        if found is None:
            found = self._places[container] = tuple(map(_kind, ancestors(container, _LEVELS)))
        return found


def _kind(element: Element) -> str:
    """An element's name and first class without numbers, which count parts."""
    first = (element.get("class") or "").split()[:1]
    return f"{element.tag} {_NUMBER.sub('', first[0]) if first else ''}"


def _is_hidden(element: Element) -> bool:
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and _HIDDEN.search(style) is not None)


def _may_be_caption(element: Element) -> bool:
    tag = element.tag
    return tag in ("figcaption", "figure") or (
        tag in ("div", "p", "span") and _CAPTION.search(described(element)) is not None
    )


def _is_beside_picture(element: Element) -> bool:
    """Whether a picture stands in an element, before it, or with it in a block that holds little else."""
    for block in ancestors(element, _LEVELS):
        if next(block.iter(*_PICTURES), None) is not None:
            return True
        before = block.getprevious()
        if before is not None and next(before.iter(*_PICTURES), None) is not None:
            return True
        around = block.getparent()
        if around is None or not _is_short(around, 2 * _LONGEST_CAPTION):
            return False
    return False


def _is_short(element: Element, most: int) -> bool:
    for text in element.itertext():
        most -= len(text)
        if most < 0:
            return False
    return True
