"""The text of an article's page, without what stands around and between its paragraphs.

trafilatura finds nearly all of an article, but keeps headlines of other stories that stand between its paragraphs or behind them.
A second reader, by another method (readability's scores of containers), keeps other things. What both keep is the article's;
a line that mostly is one link is another story's headline. Where they agree on too little, the first one alone is believed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection
from configparser import ConfigParser
from copy import deepcopy
from functools import cache
from itertools import pairwise

import trafilatura
from lxml import etree
from trafilatura.readability_lxml import Document as SecondReader
from trafilatura.settings import use_config

from crawler.parsing.page_scripts import text_in_scripts
from crawler.parsing.page_tree import Element, ancestors, described, left_out_if_broken, text_of
from crawler.parsing.text import clean, size_of

_SHORT = 80
"""An extraction with fewer characters is checked against the page's own paragraphs."""
_SHELL = 400
"""Bytes of UTF-8. With fewer, the article may be in the page's scripts."""
_LINKED = 0.6
"""Share of a line that is text of links, from which it is a pointer to other stories and no sentence."""
_SHORTEST_LINK = 4
_MOST_LINKS = 2_000
_AGREED = 0.6
"""Share of the text that both readers have to keep for the second one to be believed."""
_SHINGLE, _SHARE_OF_SHINGLES = 12, 0.7
"""A line is kept by the second reader where so many of its pieces of so many characters are: some readers drop a link inside it."""
_LABEL = 40
_ITEM = re.compile(r"- |\|")
"""How trafilatura begins the items of a list and the rows of a table."""
_LEDE = re.compile(r"\b(?:sapo|lead|lede|excerpt|standfirst|summary|chapeau|sub-?(?:title|head(?:line)?))\b")
_LONGEST_LEDE = 1_200
"""Bytes of UTF-8."""
_CAPTION = re.compile(r"caption|credit|legend(?:$|[\s_-])|(?:^|[\s_-])photo-?(?:by|desc)")
_LONGEST_CAPTION = 800
_MOST_APART = 0.5
"""Share of a text that has to be left without what stands in captions and cards."""
_CARDS, _LEVELS_OF_CARD = ("div", "li", "section", "article", "td"), 4
_LONGEST_CARD, _LEAST_CARDS, _SHORTEST_HEADLINE = 600, 2, 8
_DENSE, _LEAST_DENSE = re.compile("[\u3040-\u30ff\u3400-\u9fff]"), 4
_LITTLE = 0.4
"""Share of a page's running text."""
_TAG = re.compile(r"<[^>]*>")


def article_text(tree: Element, url: str, linked: str) -> str:
    """The text of a page's article, a paragraph a line; empty where there is none.

    Args:
        tree: the page; it is not changed.
        url: its address.
        linked: the text of the article by the page's linked data, empty where that has none.
    """
    shown = _without_programs(tree)
    lines = _agreed(_lines(_first_reading(shown, url)), shown)
    text = "\n".join(lines)
    if len(text) < _SHORT:
        text = max(text, _paragraphs(tree), key=len)
    if size_of(text) < _SHELL:
        stored = max(linked, text_in_scripts(tree), key=_weight)
        text = stored if _weight(stored) > 2 * _weight(text) else text
    return _with_linked_text(text, linked)


def _without_programs(tree: Element) -> Element:
    """A copy of a page without its scripts, styles and drawings: most of its bytes, and none of its text."""
    shown = deepcopy(tree)
    for element in list(shown.iter("script", "style", "svg")):
        if element.getparent() is not None and "json" not in (element.get("type") or ""):
            element.drop_tree()
    return shown


def _weight(text: str) -> int:
    return len(_packed(text))


def _with_linked_text(text: str, linked: str) -> str:
    """The linked data's text where the page shows no more than the beginning of it."""
    shown = [line for line in map(_packed, text.split("\n")) if line in _packed(linked)]
    is_longer = _weight(linked) > 2 * _weight(text) and _weight("".join(shown)) > _AGREED * _weight(text)
    is_parted = _packed(linked) == _packed(text) and linked.count("\n") > text.count("\n")
    return linked if is_longer or is_parted else text


def _first_reading(tree: Element, url: str) -> str:
    """Trafilatura's text; by its other way as well where the first one gives little of the page's running text."""
    text = _extracted(tree, url, favor_recall=True)
    if _weight(text) < _LITTLE * _running_text(tree):
        text = max(text, _extracted(tree, url, favor_recall=False), key=_weight)
    return text


def _running_text(tree: Element) -> int:
    """Characters in the longer paragraphs of a page."""
    paragraphs = (text_of(p) for p in tree.iter("p"))
    return sum(_weight(text) for text in paragraphs if len(text) > _SHORT)


def _extracted(tree: Element, url: str, favor_recall: bool) -> str:
    def read() -> str:
        return (
            trafilatura.extract(
                deepcopy(tree),
                url=url,
                include_comments=False,
                include_tables=True,
                favor_recall=favor_recall,
                with_metadata=False,
                config=_configuration(_is_dense(tree)),
            )
            or ""
        )

    return left_out_if_broken("text", read, "")


@cache
def _configuration(is_dense: bool) -> ConfigParser:
    """Its settings. With fewer characters than it expects, it takes all paragraphs of the page; an article in Chinese may have fewer."""
    made: ConfigParser = use_config()
    if is_dense:
        made["DEFAULT"]["MIN_EXTRACTED_SIZE"] = str(_SHORT)
    return made


def _is_dense(tree: Element) -> bool:
    """Whether a page is written in characters that are words: in Chinese or Japanese."""
    title = next(tree.iter("title"), None)
    return title is not None and len(_DENSE.findall(title.text or "")) >= _LEAST_DENSE


def _second_reading(tree: Element) -> str:
    """What readability makes of a page, as text; nothing else can be read of the tree behind it."""

    def read() -> str:
        return html.unescape(_TAG.sub("", SecondReader(tree).summary()))

    return left_out_if_broken("second reading", read, "")


def _lines(text: str) -> list[str]:
    return [line for line in (clean(part) for part in text.split("\n")) if line]


def _agreed(lines: list[str], tree: Element) -> list[str]:
    """The lines that the second reader keeps as well and that are no links to other stories. The tree is used up."""
    own = _without_links(lines, tree)
    for apart in (_captions(tree), _of_cards(tree, {_packed(line) for line in own})):
        others = [line for line in own if _packed(line) not in apart]
        if _weight("".join(others)) > _MOST_APART * _weight("".join(own)):
            own = others  # else it is a gallery, or a page of entries, and these are the article
    lede = _lede(tree, own)  # before the second reading, which changes the tree
    other = _packed(_second_reading(tree))
    kept = _lines_kept(own, other)
    agreed = kept if _weight("".join(kept)) > _AGREED * _weight("".join(own)) else own
    found = _without_labels(agreed or lines, lines)
    return found if lede is None or lede in found else [lede, *found]


def _lines_kept(own: list[str], other: str) -> list[str]:
    """The lines that the second reader keeps.

    It sees no part of the article in a first sentence apart from the body, nor in short lists and tables: the sentence before
    the first line that it keeps, and items and rows behind a line that it keeps, are kept as well.
    """
    is_kept = [_is_within(_packed(line), other) for line in own]
    first = is_kept.index(True) if True in is_kept else 0
    if first and size_of(own[first - 1]) >= _SHORT:
        is_kept[first - 1] = True
    for number in range(1, len(own)):
        if _ITEM.match(own[number]) and is_kept[number - 1]:
            is_kept[number] = True
    return [line for line, kept in zip(own, is_kept, strict=True) if kept]


def _lede(tree: Element, own: list[str]) -> str | None:
    """The sentence between headline and body that the page calls its summary; None where there is none."""
    heading = next(tree.iter("h1"), None)
    first = next((_packed(line) for line in own if size_of(line) >= _SHORT), None)
    if heading is None or first is None:
        return None
    elements = iter(tree.iter("h1", "h2", "h3", "p", "div"))
    for element in elements:
        if element is heading:
            break
    for element in elements:
        text = text_of(element)
        if first in _packed(text):
            return None
        is_linked = any(a.get("href") for a in element.iter("a"))
        if _LEDE.search(described(element)) and not is_linked and _SHORT <= size_of(text) <= _LONGEST_LEDE:
            return clean(text)
    return None


def _without_labels(kept: list[str], lines: list[str]) -> list[str]:
    """The lines without labels such as "Read also:" whose links were left out."""
    left_out = set(lines) - set(kept)
    following = dict(pairwise(lines))
    return [
        line
        for line in kept
        if not (len(line) < _LABEL and line.endswith((":", "：")) and following.get(line) in left_out)
    ]


def _captions(tree: Element) -> set[str]:
    """The captions of pictures, and the lines that they consist of, without white space."""
    captions = {
        element: text
        for element in tree.iter("figcaption", "figure", "div", "p", "span")
        if (element.tag in ("figcaption", "figure") or _CAPTION.search(described(element)))
        and len(text := text_of(element)) <= _LONGEST_CAPTION
    }
    found = set(map(_packed, captions.values()))
    found.update(_packed(piece) for element in captions for piece in element.itertext())
    return _found_only_in(captions, tree, found)


def _found_only_in(places: Collection[Element], tree: Element, texts: Collection[str]) -> set[str]:
    """Those of some texts that stand nowhere else on the page: a paragraph may say what a caption or a link says too."""
    if not places:
        return set()
    rest = _outside(tree, places)
    return {text for text in texts if text not in rest}


def _outside(tree: Element, places: Collection[Element]) -> str:
    """The text of a page without white space, and without that of some elements; a NUL stands for each."""
    left_out = set(places)
    parts: list[str] = []
    walk = etree.iterwalk(tree, events=("start", "end", "comment"))
    for event, element in walk:
        if event != "start":
            parts.append(element.tail or "")
        elif element in left_out:
            parts.append("\0")
            walk.skip_subtree()
        else:
            parts.append(element.text or "")
    return _packed("".join(parts))


def _of_cards(tree: Element, lines: set[str]) -> set[str]:
    """Those of some lines that stand in cards: siblings that each begin with the linked headline of a story, with a teaser behind it.

    Lines, and what is given, are without white space.
    """
    beginnings = {line[:_SHINGLE] for line in lines}
    found: dict[tuple[Element, str], dict[Element, set[str]]] = {}
    for element in tree.iter("p", "span", "div", "td", "li", "h3", "h4"):
        if not element.text or _packed(element.text[: 4 * _SHINGLE])[:_SHINGLE] not in beginnings:
            continue
        card = _card_around(element)
        if card is not None:
            place = card.getparent(), f"{card.tag} {card.get('class')}"
            found.setdefault(place, {}).setdefault(card, set()).add(_packed(text_of(element)))
    cards = {
        card: texts for alike in found.values() if len(alike) >= _LEAST_CARDS for card, texts in alike.items()
    }
    return _found_only_in(cards, tree, set().union(*cards.values()) & lines)


def _card_around(element: Element) -> Element | None:
    """The block around a line that begins with a link to a story; None where there is none, or where it is longer than a card."""
    for block in ancestors(element, _LEVELS_OF_CARD):
        if block.tag not in _CARDS:
            continue
        text = _beginning(block, _LONGEST_CARD)
        if text is None:
            return None
        link = next((a for a in block.iter("a") if a.get("href") and not a.get("href").startswith("#")), None)
        headline = _packed(text_of(link)) if link is not None else ""
        if len(headline) >= _SHORTEST_HEADLINE and len(text) > len(headline) and text.startswith(headline):
            return block
    return None


def _beginning(element: Element, most: int) -> str | None:
    """The text of an element without white space; None where it has more characters, and no more of it is read."""
    pieces: list[str] = []
    for piece in element.itertext():
        packed = _packed(piece)
        most -= len(packed)
        if most < 0:
            return None
        pieces.append(packed)
    return "".join(pieces)


def _without_links(lines: list[str], tree: Element) -> list[str]:
    """The lines that are not mostly links: a sentence that a link elsewhere repeats is no link."""
    links = [
        a for _, a in zip(range(_MOST_LINKS), (a for a in tree.iter("a") if a.get("href")), strict=False)
    ]
    texts = sorted({_packed(text_of(a)) for a in links} - {""}, key=len, reverse=True)
    unlinked = _outside(tree, links)
    return [line for line in lines if _packed(line) in unlinked or _share_of_links(line, texts) <= _LINKED]


def _share_of_links(line: str, links: list[str]) -> float:
    rest = _packed(line)
    size = len(rest)
    for link in links:
        if (len(link) >= _SHORTEST_LINK or len(link) == size) and link in rest:
            rest = rest.replace(link, "\0", 1)
    return 1 - len(rest.replace("\0", "")) / size if size else 0.0


def _is_within(line: str, text: str) -> bool:
    if line in text:
        return True
    if len(line) <= _SHINGLE:
        return False
    pieces = [line[i : i + _SHINGLE] for i in range(0, len(line) - _SHINGLE + 1, _SHINGLE // 2)]
    return sum(piece in text for piece in pieces) >= _SHARE_OF_SHINGLES * len(pieces)


def _paragraphs(tree: Element) -> str:
    """The paragraphs of the page's article element: a very short article may be all there is."""
    place = next(tree.iter("article"), None)
    if place is None:
        place = next(tree.iter("main"), None)
    found = (text_of(p) for p in place.iter("p")) if place is not None else ()
    return "\n".join(p for p in found if p)


def _packed(text: str) -> str:
    return "".join(text.split())
