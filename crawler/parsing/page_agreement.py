"""What two readers of a page agree on, and what belongs to it though one of them lost it.

Readers lose parts of an article, and keep parts of other stories, each in its own way. What both keep is the article's. Where
such lines stand tells the place of the article on the page; a paragraph in the same place is the article's as well, though one
of them lost it: they know only one container of several, or drop the paragraph before the first break, or a short one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from crawler.parsing.page_lines import PROSE, Line, PageLines, beginning, packed
from crawler.parsing.page_tree import Element, ancestors, described, leads_away
from crawler.parsing.text import clean, size_of

_AGREED = 0.6
"""Share of the text that both readers have to keep for the second one to be believed."""
_SHINGLE, _SHARE_OF_SHINGLES = 12, 0.7
"""A line is kept by the second reader where so many of its pieces of so many characters are: some readers drop a link inside it."""
_LABEL = 40
_MOST_APART = 0.5
"""Share of a text that has to be left without what stands in captions and cards."""
_CARDS, _LEVELS_OF_CARD = ("div", "li", "section", "article", "td"), 4
_LONGEST_CARD, _LEAST_CARDS, _SHORTEST_HEADLINE = 600, 2, 8
_BODY = 0.2
"""Share of the agreed text that stands in a kind of container, from which the article does."""
_OFTEN = 3
_COMMENT, _LEVELS_OF_COMMENT = re.compile(r"comment|disqus|komentar|binh-?luan|pinglun|ulasan"), 8
_LEVELS_OF_ARTICLE = 30
_LEAST_PARTED, _GAPS, _NEARLY_ALL = 200, 4, 0.8
_COMMENTED = 0.2
"""Share of a text that has to be left without what is called comments."""
_LEAST_AGREED = 100
"""Characters."""
_PUNCTUATED = re.compile(r"[.,;:!?]\s|[.!?]$|[，。；：！？၊။។]")
_SIDE = re.compile(
    r"(?:(?:side-?bar|aside|side|left|right|center|wrap(?:per)?|inner|outer|box|block|col(?:umn)?|\d++)[\s_-]*+)+"
)
_LONGEST_ROW, _PAGE_IN_ROW = 1_500, 3
"""Bytes of UTF-8 and lines of running text from which a row of a table is a page, or a part of one."""
_HEADINGS = {"h2", "h3", "h4"}
_ITEM = re.compile(r"- |\|")
"""How trafilatura begins the items of a list and the rows of a table."""
_RULE = re.compile(r"[|:\s-]+")
"""The line below the head of a table."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A line that belongs to an article, perhaps.

    Attributes:
        text: as it is shown.
        written: as the reader wrote it, with the marks of lists and tables.
        start: of it in the page's text; None where it is nowhere in it.
        end: behind it there.
    """

    text: str
    written: str
    start: int | None = None
    end: int = 0

    @property
    def weight(self) -> int:
        """Characters without white space."""
        return len(packed(self.text)) if self.start is None else self.end - self.start


class ReaderText:
    """The text that a reader found, asked for parts of it."""

    def __init__(self, text: str) -> None:
        self.text = packed(text)
        ends = range(len(self.text) - _SHINGLE + 1)
        self._pieces = {self.text[i : i + _SHINGLE] for i in ends}

    def has(self, line: str) -> bool:
        """Whether nearly all of a line is in it; lines are without white space."""
        if len(line) < _SHINGLE:
            return line in self.text
        pieces = [line[i : i + _SHINGLE] for i in range(0, len(line) - _SHINGLE + 1, _SHINGLE // 2)]
        return sum(piece in self._pieces for piece in pieces) >= _SHARE_OF_SHINGLES * len(pieces)


def found_in(lines: list[str], page: PageLines) -> list[Found]:
    """The lines of a reader with where they stand, without the marks of lists and tables that the page does not have."""
    found: list[Found] = []
    cursor = 0
    for line in lines:
        if line.startswith("|") and _RULE.fullmatch(line):
            continue
        for one in _placed(line, page, cursor):
            found.append(one)
            if one.start is not None and one.start >= cursor:
                cursor = one.end
    return found


def _placed(line: str, page: PageLines, cursor: int) -> list[Found]:
    is_row = line.startswith("|")
    text = line
    if is_row:
        text = clean(line.replace("|", " "))
    elif line.startswith("- ") and not page.has_line(packed(line)):
        text = line[2:]
    place = page.find(packed(text), cursor)
    if place is not None:
        return _parted(Found(text, line, *place), page)
    if is_row and size_of(line) > _LONGEST_ROW:
        return [one for cell in line.split("|") if cell.strip() for one in _placed(clean(cell), page, cursor)]
    return _parted_with_gaps(packed(text), page, cursor) or [Found(text, line)]


def _parted_with_gaps(text: str, page: PageLines, cursor: int) -> list[Found]:
    """The lines that a reader made one of and left some out between them; empty where nearly all of it cannot be told.

    Args:
        text: without white space.
        page: all its lines.
        cursor: where the text before it ends.
    """
    if len(text) < _LEAST_PARTED:
        return []
    place = page.find(text[:_SHINGLE], cursor)
    if place is None:
        return []
    found: list[Found] = []
    done, last = 0, place[0] + _GAPS * len(text)
    for number in range(page.line_at(place[0]), len(page.lines)):
        line = page.lines[number]
        if done >= len(text) or line.start > last:
            break
        if text.startswith(page.text[line.start : line.end], done):
            found.append(Found(line.text, line.text, line.start, line.end))
            done += line.end - line.start
    return found if done >= _NEARLY_ALL * len(text) else []


def _parted(found: Found, page: PageLines) -> list[Found]:
    """The lines that a reader made one of, where they are no row of a table: old pages stand in one from top to bottom."""
    assert found.start is not None
    lines = page.lines_in(found.start, found.end)
    prose = sum(map(page.is_prose, lines))
    is_row = found.written.startswith("|") and prose < _PAGE_IN_ROW
    if len(lines) < 2 or is_row or not (prose or any(map(page.is_linked, lines))):
        return [found]
    return [Found(line.text, line.text, line.start, line.end) for line in lines]


def agreed(lines: list[Found], page: PageLines, second: ReaderText) -> list[Found]:
    """The lines of an article, by what two readers made of its page.

    Args:
        lines: of the first reader.
        page: all lines of the page.
        second: what the second reader made of it.
    """
    own = [line for line in lines if line.start is None or not page.is_pointer(line.start, line.end)]
    for apart, least in (
        (_captions, _MOST_APART),
        (_of_cards, _MOST_APART),
        (_comments, _COMMENTED),
        (_hidden, _MOST_APART),
    ):
        left_out = apart(own, page)
        others = [line for line in own if line not in left_out]
        if _weight(others) > least * _weight(own):
            own = others  # else it is a gallery, or a page of entries, and these are the article
    both = _lines_kept(own, second)
    place = _ArticlePlace(both or own, page)
    kept = [line for line, is_kept in place.kept(own, set(both)) if is_kept]
    if not _is_enough(kept, own, page):
        kept = own
    chosen = _without_labels(kept or lines, lines)
    return _in_order([*chosen, *place.lost(chosen, lines, second)], chosen, page)


def _is_enough(kept: list[Found], own: list[Found], page: PageLines) -> bool:
    """Whether what two readers agree on is most of the first one's text, or of the running text in it."""
    if _weight(kept) > _AGREED * _weight(own):
        return True
    prose = {line for line in own if line.start is not None and _is_paragraph(line.start, page)}
    weight = _weight([line for line in kept if line in prose])
    return weight > _LEAST_AGREED and weight > _AGREED * _weight(list(prose))


def _is_paragraph(start: int, page: PageLines) -> bool:
    line = page.lines[page.line_at(start)]
    return size_of(line.text) >= PROSE and (line.element.tag == "p" or page.is_sentence(line))


def _weight(lines: list[Found]) -> int:
    return sum(line.weight for line in lines)


def _lines_kept(own: list[Found], second: ReaderText) -> list[Found]:
    """The lines that the second reader keeps.

    It sees no part of the article in a first sentence apart from the body, nor in short lists and tables: the sentence before
    the first line that it keeps, and items and rows behind a line that it keeps, are kept as well.
    """
    is_kept = [second.has(packed(line.text)) for line in own]
    first = is_kept.index(True) if True in is_kept else 0
    if first and size_of(own[first - 1].text) >= PROSE:
        is_kept[first - 1] = True
    for number in range(1, len(own)):
        if _ITEM.match(own[number].written) and is_kept[number - 1]:
            is_kept[number] = True
    return [line for line, kept in zip(own, is_kept, strict=True) if kept]


class _ArticlePlace:
    """Where an article stands on its page, by lines that are its own."""

    def __init__(self, sure: list[Found], page: PageLines) -> None:
        self._page = page
        numbers = [page.line_at(line.start) for line in sure if line.start is not None]
        weights: Counter[tuple[str, ...]] = Counter()
        for number in set(numbers):
            line = page.lines[number]
            if size_of(line.text) >= PROSE:
                weights[page.place(line)] += len(line.text)
        least = _BODY * weights.total()
        self._bodies = {place for place, weight in weights.items() if weight >= least}
        self._containers: set[Element] = {
            page.container(page.lines[n]) for n in set(numbers) if self._is_in_body(page.lines[n])
        }
        self._elements = {page.lines[n].element for n in set(numbers)}
        self._first, self._last = (min(numbers), max(numbers)) if numbers else (0, -1)
        self._begin, self._end = self._reach()
        self._home = _article_around(page.lines[self._first]) if numbers else None

    def _reach(self) -> tuple[int, int]:
        """The lines between which an article may go on: from its headline to the headline of another story."""
        lines = self._page.lines
        before = (n for n in range(self._first - 1, -1, -1) if lines[n].element.tag == "h1")
        behind = (n for n in range(self._last + 1, len(lines)) if self._is_headline(lines[n]))
        return next(before, -1) + 1, next(behind, len(lines))

    def _is_in_reach(self, number: int) -> bool:
        """Whether an article may go on at a line: also behind the headline of another story, where both stand in its own element."""
        is_home = self._home is not None and _article_around(self._page.lines[number]) is self._home
        return number >= self._begin and (number < self._end or is_home)

    def _is_headline(self, line: Line) -> bool:
        tags = {element.tag for element in ancestors(line.element, 3)}
        is_linked = bool(tags & _HEADINGS) and self._page.is_linked(line)
        return "h1" in tags or (is_linked and leads_away(line.element))

    def _is_in_body(self, line: Line) -> bool:
        return self._page.place(line) in self._bodies

    def _is_boxed(self, line: Line) -> bool:
        """Whether a line stands in a box between the article's paragraphs whose name says no more than on which side it is."""
        box = self._page.container(line)
        return box.getparent() in self._containers and _SIDE.fullmatch(described(box).strip()) is not None

    def kept(self, own: list[Found], both: set[Found]) -> Iterator[tuple[Found, bool]]:
        """Lines of the first reader, with whether they are the article's: both keep it, or it stands where such lines do."""
        for line in own:
            is_kept = line in both
            if not is_kept and line.start is not None:
                number = self._page.line_at(line.start)
                at = self._page.lines[number]
                is_inside = self._first <= number <= self._last
                is_kept = self._is_in_body(at) and (
                    is_inside or (self._is_in_reach(number) and self._page.is_prose(at))
                )
            yield line, is_kept

    def lost(self, chosen: list[Found], lines: list[Found], second: ReaderText) -> Iterator[Found]:
        """Lines of the page that stand where the article does, and that the first reader lost.

        Running text that the second reader keeps; and such as neither keeps between two lines of the article, in its very container.
        """
        page = self._page
        taken = {n for line in chosen if line.start is not None for n in self._numbers_of(line)}
        said = ReaderText("\n".join(line.text for line in lines))
        # Readers take a paragraph that stands twice in an article for one.
        repeated = {
            (page.text[line.start : line.end], page.container(page.lines[page.line_at(line.start)]))
            for line in chosen
            if line.start is not None
        }
        following = None
        for number in range(len(page.lines) - 1, self._begin - 1, -1):
            line = page.lines[number]
            is_here = self._is_in_body(line) or self._is_boxed(line)
            if number in taken or line.is_hidden or not is_here or not self._is_in_reach(number):
                continue
            without = page.text[line.start : line.end]
            if said.has(without) and (without, page.container(line)) not in repeated:
                continue
            if (
                self._is_wanted(number, second.has(without), following == number + 1)
                and not page.is_linked(line)
                and not page.is_caption(line.start, line.end)
            ):
                following = number
                yield Found(line.text, line.text, line.start, line.end)

    def _is_wanted(self, number: int, is_in_second: bool, is_before_lost: bool) -> bool:
        line = self._page.lines[number]
        is_inside = self._first < number < self._last and (
            self._page.container(line) in self._containers or self._is_boxed(line)
        )
        if size_of(line.text) >= PROSE:
            return is_inside or is_in_second
        is_said = is_in_second and (
            line.element in self._elements or _PUNCTUATED.search(line.text) is not None or _is_quoted(line)
        )
        return is_inside and (is_said or (is_before_lost and _is_heading(line)))

    def _numbers_of(self, line: Found) -> range:
        assert line.start is not None
        return range(self._page.line_at(line.start), self._page.line_at(line.end - 1) + 1)


def _article_around(line: Line) -> Element | None:
    return next((e for e in ancestors(line.element, _LEVELS_OF_ARTICLE) if e.tag == "article"), None)


def _is_quoted(line: Line) -> bool:
    return any(element.tag == "blockquote" for element in ancestors(line.element, 3))


def _is_heading(line: Line) -> bool:
    return line.element.tag in _HEADINGS


def _in_order(lines: list[Found], first: list[Found], page: PageLines) -> list[Found]:
    """Lines in the order of the page; one that stands nowhere, or in many places, stays behind the one before it."""
    places: dict[Found, tuple[int, int]] = {}
    last = -1
    for number, line in enumerate(first):
        place = last
        if line.start is not None and (line.start > last or page.is_unique(line.start, line.end)):
            place = line.start
        places[line] = place, number
        last = max(last, place)
    return sorted(lines, key=lambda line: places.get(line, (line.start or 0, -1)))


def _without_labels(kept: list[Found], lines: list[Found]) -> list[Found]:
    """The lines without labels such as "Read also:" whose links were left out."""
    left_out = set(lines) - set(kept)
    following = dict(pairwise(lines))
    return [
        line
        for line in kept
        if not (
            len(line.text) < _LABEL and line.text.endswith((":", "：")) and following.get(line) in left_out
        )
    ]


def without_repeats(lines: list[Found], page: PageLines) -> list[Found]:
    """Lines without long ones that often stand in places of their own: notices instead of what a reader has to allow first."""
    places: defaultdict[str, set[Element]] = defaultdict(set)
    for line in lines:
        if line.start is not None and size_of(line.text) >= PROSE:
            places[line.text].add(page.container(page.lines[page.line_at(line.start)]))
    said: set[str] = set()
    found = []
    for line in lines:
        if line.text not in said:
            found.append(line)
        if len(places.get(line.text, ())) >= _OFTEN:
            said.add(line.text)
    return found


def _captions(lines: list[Found], page: PageLines) -> set[Found]:
    return {line for line in lines if line.start is not None and page.is_caption(line.start, line.end)}


def _comments(lines: list[Found], page: PageLines) -> set[Found]:
    """The lines that readers of the page wrote: in elements that are called so, and do not hold most of the page's running text."""
    found: set[Found] = set()
    known: dict[Element, bool] = {}
    for line in lines:
        if line.start is None:
            continue
        container = page.container(page.lines[page.line_at(line.start)])
        if container not in known:
            known[container] = any(
                _COMMENT.search(described(element)) and element not in page.main
                for element in ancestors(container, _LEVELS_OF_COMMENT)
            )
        if known[container]:
            found.add(line)
    return found


def _hidden(lines: list[Found], page: PageLines) -> set[Found]:
    """The lines that the page does not show; a script may show them, so that this may be all of an article."""
    placed = [(line, line.start) for line in lines if line.start is not None]
    return {
        line for line, start in placed if all(same.is_hidden for same in page.same_lines(page.line_at(start)))
    }


def _of_cards(lines: list[Found], page: PageLines) -> set[Found]:
    """The lines that stand in cards: siblings that each begin with the linked headline of a story, with a teaser behind it."""
    alike: dict[tuple[Element, str], dict[Element, None]] = {}
    beside: dict[Found, list[Element | None]] = {}
    known: dict[Element, Element | None] = {}
    too_long: set[Element] = set()
    for line in lines:
        if line.start is None:
            continue
        beside[line] = []
        for same in page.same_lines(page.line_at(line.start)):
            if same.element not in known:
                known[same.element] = _card_around(same.element, too_long)
            card = known[same.element]
            beside[line].append(card)
            if card is not None:
                alike.setdefault((card.getparent(), f"{card.tag} {card.get('class')}"), {})[card] = None
    cards = {card for group in alike.values() if len(group) >= _LEAST_CARDS for card in group}
    return {line for line, around in beside.items() if all(card in cards for card in around)}


def _card_around(element: Element, too_long: set[Element]) -> Element | None:
    """The block around a line that begins with a link to a story; None where there is none, or where it is longer than a card.

    Args:
        element: of the line.
        too_long: blocks that are known to be longer; what is found is added.
    """
    for block in ancestors(element, _LEVELS_OF_CARD):
        if block.tag not in _CARDS:
            continue
        text = None if block in too_long else beginning(block, _LONGEST_CARD)
        if text is None:
            too_long.add(block)
            return None
        link = next((a for a in block.iter("a") if a.get("href") and not a.get("href").startswith("#")), None)
        headline = packed("".join(link.itertext())) if link is not None else ""
        if len(headline) >= _SHORTEST_HEADLINE and len(text) > len(headline) and text.startswith(headline):
            return block
    return None
