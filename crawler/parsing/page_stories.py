"""What of a page belongs to other stories than its own: cards, boxes of related and popular stories, and stories behind it.

The page's own story stands under the heading that says the page's headline. Whatever is left out here has own running text
beside it: a page on which nothing else would be left is a list of stories, and these are what it says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from itertools import islice

from crawler.parsing.headline_likeness import is_same_headline, key_of
from crawler.parsing.page_lines import PROSE, Line, PageLines, beginning, packed
from crawler.parsing.page_tree import Element, ancestors, described, leads_away
from crawler.parsing.text import size_of

_HEADINGS = ("h1", "h2", "h3", "h4")
_DEEPEST = 200
_MOST_LINES = 4_000
"""Lines of a page that are looked at."""
_MOST_BOXES = 300
_BOX = re.compile(
    r"relat(?:ed|ion)|relevan|recommend|popular|trending|most-?(?:read|view)|more-?(?:stories|news|articles|posts|from)|you-?may|read-?(?:more|also|next)"
    r"|up-?next|also-?(?:read|like)|baca-?juga|terkait|terpopuler|lien-?quan|doc-?nhieu|xem-?them|xiangguan|tuijian|(?:next|prev(?:ious)?)-?(?:post|story|article)"
    r"|post-?nav"
)
"""Names of boxes of other stories."""
_SIDE = re.compile(r"side-?bar|(?:^|[\s_-])(?:aside|widget|promo|teasers?|latest|pn|prevnext)(?:$|[\s_-])")
"""Names of what stands beside an article, or holds all of it where it is called content as well."""
_CONTENT = re.compile(r"body|content|main|wrap|entry|detail|layout|page|col(?:umn)?|(?:with|has|no)-")
_BYTES_A_LINK, _LONGEST_BOX = 500, 800
_CARDS, _LEVELS_OF_CARD = ("div", "li", "section", "article", "a"), 4
_LONGEST_CARD, _LEAST_CARDS, _SHORTEST_HEADLINE, _SHORTEST_TEASER = 600, 2, 5, 18
_LISTS, _LEAST_OWN = ("ul", "ol", "dl", "table", "tbody"), 2
"""A list right behind a single sentence is what that sentence introduces."""
_NUMBER = re.compile(r"\d+")
_STORY = re.compile(r"(?:^|[\s_-])(?:h?entry|post|article|story|news-?item)(?:$|\s)")
_NEAR = 6
"""Lines of a story before its headline: its section, its picture's caption."""
_TIME = re.compile(
    r"\d\s*[:.h]\s*\d\d|\d{4}|\b(?:ago|yesterday|lalu|kemarin|trước)\b|前|昨天|ที่แล้ว|နာရီ|ម៉ោង|ຊົ່ວໂມງ",
    re.IGNORECASE,
)
_LONGEST_NAME = 150
"""Bytes of what stands above a comment: who wrote it, and when."""
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)[^;]*;?", re.IGNORECASE)
_NOT_SHOWN = re.compile(
    r"modal|popup|overlay|consent|cookie|subscri|login|share|tooltip|relat|recommend|advert|newsletter|comment|caption|print|copy"
)
_FORM = ("input", "form", "button", "select", "textarea")


class OtherStories:
    """The elements of a page that belong to other stories, or hide a part of its own.

    Attributes:
        dropped: what belongs to others.
        shown: what a page hides of its own story, until somebody asks to read on.
        unlinked: links that are whole sentences of it.
    """

    def __init__(self, page: PageLines, title: str) -> None:
        self._page = page
        self._lines = page.lines[:_MOST_LINES]
        self.dropped: set[Element] = set()
        self.shown: list[Element] = []
        self.unlinked: list[Element] = []
        heading = _heading_of(self._lines, title)
        if heading is None:
            return
        self._heading, self._title = heading, title
        self._around = list(ancestors(self._lines[heading].element, _DEEPEST))
        self._places = {element: number for number, element in enumerate(self._around)}
        """The elements that hold the headline; where several headings say it, what is around all of them."""
        self._protect(title)
        self._prose = [
            n
            for n in range(heading + 1, len(self._lines))
            if self._page.is_prose(self._lines[n]) and not self._lines[n].is_hidden
        ]
        for find in (self._comments, self._boxes, self._stories, self._cards):
            self._drop(find)
        if own := self._own():
            self._find_hidden(own)
            self._find_linked_sentences(own)

    def _protect(self, title: str) -> None:
        behind = len(self._around)
        for line in self._lines:
            is_heading = any(e.tag in ("h1", "h2") for e in ancestors(line.element, 3))
            if is_heading and len(line.text) <= 3 * len(title) and is_same_headline(line.text, title):
                for element in ancestors(line.element, _DEEPEST):
                    self._places.setdefault(element, behind)

    def _drop(self, find: Callable[[], Iterable[Element]]) -> None:
        """Take what belongs to others, if own running text stands beside it; what says much, if such text stands before it."""
        found = {element for element in find() if element not in self._places}
        own = self._own(found)
        if not (found and own):
            return
        said, begins = self._weighed(found)
        self.dropped |= {e for e in found if said[e] <= _LONGEST_BOX or own[0] < begins[e]}

    def _weighed(self, elements: set[Element]) -> tuple[Counter[Element], dict[Element, int]]:
        """Bytes of the running text behind the headline in each of some elements, and the line where it begins."""
        said: Counter[Element] = Counter()
        begins: dict[Element, int] = {}
        for number in self._prose:
            line = self._lines[number]
            for element in ancestors(line.element, _DEEPEST):
                if element in elements:
                    said[element] += size_of(line.text)
                    begins.setdefault(element, number)
        return said, begins

    def _own(self, without: Iterable[Element] = ()) -> list[int]:
        """The lines of running text behind the headline that are in nothing that was left out."""
        out = self.dropped | set(without)
        known: dict[Element, bool] = {}

        def is_out(element: Element) -> bool:
            container = element
            if container not in known:
                known[container] = any(e in out for e in ancestors(container, _DEEPEST))
            return known[container]

        return [n for n in self._prose if not is_out(self._lines[n].element)]

    def _elements(self) -> Iterator[Element]:
        """The elements around lines that do not hold the headline, each once, the inner ones first."""
        seen = set(self._places)
        for line in self._lines:
            for element in ancestors(line.element, _DEEPEST):
                if element in seen:
                    break
                seen.add(element)
                yield element

    def _comments(self) -> Iterator[Element]:
        """Lists of comments: each with who wrote it and when above it."""
        for element in self._elements():
            if element.tag == "dl":
                names = ["".join(dt.itertext()) for dt in element.iter("dt")]
                if names and all(size_of(n) <= _LONGEST_NAME and _TIME.search(n) for n in names):
                    yield element

    def _boxes(self) -> Iterator[Element]:
        named = (element for element in self._elements() if _is_named_box(element))
        boxes = set(islice(named, _MOST_BOXES))
        pointers: Counter[Element] = Counter()
        for line in self._lines:
            if size_of(line.text) >= _SHORTEST_HEADLINE and self._page.is_linked(line):
                pointers.update(e for e in ancestors(line.element, _DEEPEST) if e in boxes)
        said, _ = self._weighed(boxes)
        return (e for e in boxes if said[e] <= max(_LONGEST_BOX, pointers[e] * _BYTES_A_LINK))

    def _stories(self) -> Iterator[Element]:
        """The blocks of stories with headlines of their own behind running text of the page's."""
        own = self._own()
        if not own:
            return
        home = next((e for e in self._around if e.tag == "article"), None)
        held = _held(self._lines[n].element for n in own)
        for number, line in enumerate(self._lines):
            found = next((e for e in ancestors(line.element, 3) if e.tag in _HEADINGS), None)
            if found is None or found in self._places or is_same_headline(line.text, self._title):
                continue
            story = next((e for e in ancestors(found, _DEEPEST) if e.tag == "article"), None)
            if story is not None and story not in self._places:
                is_linked = self._page.is_linked(line) and leads_away(found)
                is_card = is_linked and beginning(story, _LONGEST_CARD) is not None
                is_home = home is not None and home in held
                is_ranked = is_home and home not in ancestors(story, _DEEPEST) and found.tag in ("h1", "h2")
                if (is_card or is_ranked or found.tag == "h1") and self._begins(story, number):
                    yield story
                    continue
            block, beside = self._blocks(found)
            if block is None or beside not in held or block.tag in _HEADINGS or number < own[0]:
                continue
            if _is_such_a_story(block, beside, found, self._around_tag()) and self._begins(block, number):
                yield block

    def _around_tag(self) -> str:
        return next((e.tag for e in self._around[:3] if e.tag in _HEADINGS), "")

    def _blocks(self, element: Element) -> tuple[Element | None, Element | None]:
        """The blocks next to each other, of which one holds an element and one the headline."""
        block = None
        for one in ancestors(element, _DEEPEST):
            if one in self._places:
                place = self._places[one]
                return block, self._around[place - 1] if 0 < place < len(self._around) else None
            block = one
        return None, None

    def _begins(self, block: Element, number: int) -> bool:
        """Whether a block begins shortly before a line."""
        before = self._lines[max(0, number - _NEAR)].element
        return number < _NEAR or all(e is not block for e in ancestors(before, _DEEPEST))

    def _cards(self) -> Iterator[Element]:
        """Cards that stand in a place of their own: siblings that begin with the linked headline of a story."""
        own = self._own()
        if not own:
            return
        places = {self._page.container(self._lines[n]) for n in own}
        alike: dict[tuple[Element, str], dict[Element, None]] = {}
        seen: set[Element] = set()
        too_long: set[Element] = set()
        for line in self._lines:
            # Menus are made of shorter lines. What is a headline alone is no part of the text anyway.
            if line.element in seen or line.end - line.start < _SHORTEST_TEASER:
                continue
            seen.add(line.element)
            card = _card_around(line.element, too_long)
            if card is not None and card not in self._places:
                alike.setdefault((card.getparent(), _kind(card)), {})[card] = None
        for (parent, _), cards in alike.items():
            is_digest = parent.tag in _LISTS and parent.getparent() in places and len(own) < _LEAST_OWN
            is_apart = parent not in places and parent not in self._places and not is_digest
            if len(cards) >= _LEAST_CARDS and is_apart:
                yield from cards

    def _find_hidden(self, own: list[int]) -> None:
        """The end of the story that a page hides right behind the paragraphs that it shows."""
        containers = {self._page.container(self._lines[n]) for n in own}
        end = own[-1]
        hidden: dict[Element, list[Line]] = {}
        for line in self._lines[end + 1 :]:
            if line.is_hidden:
                outer = [e for e in ancestors(line.element, _DEEPEST) if _hides(e)]
                if outer:
                    hidden.setdefault(outer[-1], []).append(line)
        ends = self._page.is_sentence(self._lines[end])
        for element, lines in hidden.items():
            is_running_text = all(
                size_of(line.text) >= PROSE
                and not self._page.is_linked(line)
                and (not ends or self._page.is_sentence(line))
                for line in lines
            )
            is_named = _NOT_SHOWN.search(described(element)) is not None
            is_beside = element.getparent() in containers and element.getprevious() is not None
            if is_beside and is_running_text and not is_named and next(element.iter(*_FORM), None) is None:
                self.shown.append(element)

    def _find_linked_sentences(self, own: list[int]) -> None:
        """Paragraphs between two of the story that are links as a whole, and end as sentences do."""
        inside = set(own)
        for number in range(own[0] + 1, min(own[-1], len(self._lines))):
            line = self._lines[number]
            is_between = number - 1 in inside and number + 1 in inside
            if not is_between or line.element.tag != "p" or not self._page.is_linked(line):
                continue
            links = [a for a in line.element.iter("a") if a.get("href")]
            is_alone = len(links) == 1 and packed("".join(links[0].itertext())) == packed(line.text)
            if is_alone and size_of(line.text) >= PROSE and self._page.is_sentence(line):
                self.unlinked += links


def without_other_stories(tree: Element, page: PageLines, title: str) -> tuple[Element, PageLines]:
    """A page without what belongs to other stories, and its lines; the same where there is nothing of that kind.

    Args:
        tree: the page; it is not changed.
        page: its lines.
        title: the headline of its own story.
    """
    others = OtherStories(page, title)
    shown, unlinked = set(others.shown), set(others.unlinked)
    if not (others.dropped or shown or unlinked):
        return tree, page
    made = deepcopy(tree)
    pairs = list(zip(tree.iter(), made.iter(), strict=True))
    for element, copied in pairs:
        if element in others.dropped and copied.getparent() is not None:
            copied.drop_tree()
        elif element in shown:
            copied.attrib.pop("hidden", None)
            copied.set("style", _HIDDEN.sub("", copied.get("style") or ""))
        elif element in unlinked:
            copied.attrib.pop("href", None)
    return made, PageLines(made)


def _heading_of(lines: list[Line], title: str) -> int | None:
    """The number of the line that says a page's headline: a heading if one does, else any line; None where none does."""
    key = key_of(title)
    if not key:
        return None
    alike = same = lower = None
    for number, line in enumerate(lines):
        if len(line.text) > 4 * len(title) + 20 or line.is_hidden:
            continue
        tags = {e.tag for e in ancestors(line.element, 3)}
        is_heading = bool(tags.intersection(_HEADINGS))
        if key_of(line.text) == key:
            if "h1" in tags:
                return number
            lower = number if lower is None and is_heading else lower
            same = number if same is None else same
        elif is_heading and alike is None and is_same_headline(line.text, title):
            alike = number
    return next((n for n in (lower, alike, same) if n is not None), None)


def _held(elements: Iterable[Element]) -> set[Element]:
    """Elements, and all that hold them."""
    held: set[Element] = set()
    for element in elements:
        for one in ancestors(element, _DEEPEST):
            if one in held:
                break
            held.add(one)
    return held


def _is_named_box(element: Element) -> bool:
    """Whether an element is called a box of other stories, or set as what stands beside."""
    if element.tag in ("p", "html", "body", "main", "a", "span"):
        return False
    if element.tag == "aside" or element.get("role") == "complementary":
        return True
    names = described(element)
    if len(names) < 3:
        return False
    return _BOX.search(names) is not None or (
        _SIDE.search(names) is not None and _CONTENT.search(names) is None
    )


def _is_such_a_story(block: Element, beside: Element, heading: Element, tag: str) -> bool:
    """Whether a block with a heading is a story as the one beside it is, by their kinds and the ranks of their headlines."""
    if _kind(block) != _kind(beside):
        return False
    is_story = block.tag == "article" or _STORY.search((block.get("class") or "").lower()) is not None
    return is_story and heading.tag in ("h1", "h2", tag)


def _kind(element: Element) -> str:
    first = (element.get("class") or "").split()[:1]
    return f"{element.tag} {_NUMBER.sub('', first[0]) if first else ''}"


def _card_around(element: Element, too_long: set[Element]) -> Element | None:
    """The block around a line that begins with a link to another page and says more than that; None where there is none.

    Args:
        element: of the line.
        too_long: blocks that are known to be longer than a card; what is found is added.
    """
    for block in ancestors(element, _LEVELS_OF_CARD):
        if block.tag not in _CARDS:
            continue
        text = None if block in too_long else beginning(block, _LONGEST_CARD)
        if text is None:
            too_long.add(block)
            return None
        link = block if block.tag == "a" else next((a for a in block.iter("a") if a.get("href")), None)
        if link is None or not link.get("href") or "#" in link.get("href"):
            continue
        headline = packed("".join(link.itertext()))
        is_more = len(text) > len(headline) or (link is block and len(link) > 1)
        if len(headline) >= _SHORTEST_HEADLINE and is_more and text.startswith(headline):
            return block
    return None


def _hides(element: Element) -> bool:
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and _HIDDEN.search(style) is not None)
