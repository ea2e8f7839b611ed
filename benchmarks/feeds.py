"""The feeds of the benchmarks: RSS 2.0 in ten languages as newspapers write it, no two items alike.

Each item begins with two sentences of its news. The rest are reordered words, because real news hardly repeats itself. The markup
is that of content management systems: an escaped paragraph with a picture and a link as description, the whole text as
``content:encoded`` in every third feed, author, categories and a picture. Five items in a hundred report China–ASEAN cooperation
(the newsroom's sentences); the others are ordinary news (``ordinary.yaml``). How long a description is, and how much is
relevant, can be chosen.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import yaml

from tests.newsroom.news import items

START = datetime(2025, 11, 1, tzinfo=UTC)
SHOWN = 3
"""Sentences of a description: some thirty words. The whole text has as many more."""
UNSPACED = ("zh", "th", "lo", "km", "my")
RELEVANT = 0.05
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">'
)


@cache
def sentences() -> dict[tuple[str, bool], list[str]]:
    """Sentences by language and by whether their news is relevant."""
    found: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for item in items():
        if item.labels["relevant"]:
            found[item.outlet.lang, True] += [item.title, *item.text.split("\n")]
    for lang, ordinary in yaml.safe_load(
        (Path(__file__).parent / "ordinary.yaml").read_text(encoding="utf-8")
    ).items():
        found[lang, False] = ordinary
    return dict(found)


def language(number: int) -> str:
    """The language of a feed."""
    languages = sorted({lang for lang, _ in sentences()})
    return languages[number % len(languages)]


_SYLLABLE = re.compile(
    r"[เแโใไเ-ໄ]?[^\W\d_](?:[\u1039\u17d2].|[\u0e30-\u0e3a\u0e45-\u0e4e\u0eb0-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b4-\u17d3])*|.",
    re.DOTALL,
)
"""A letter with its marks, which belong together in every script."""


def _varied(sentence: str, lang: str, chance: random.Random) -> str:
    """The words of a sentence in another order, so that no two items are duplicates."""
    words = _SYLLABLE.findall(sentence) if lang in UNSPACED else sentence.split()
    chance.shuffle(words)
    return ("" if lang in UNSPACED else " ").join(words)


def item(
    number: int, i: int, *, whole: bool = False, at: datetime | None = None, relevant: float = RELEVANT, shown: int = SHOWN
) -> str:  # fmt: skip
    """One item of a feed with so many sentences in its description; the same numbers always give the same item."""
    chance = random.Random(number * 1_000_003 + i)
    lang = language(number)
    told = chance.choices(sentences()[lang, chance.random() < relevant], k=2)
    others = [
        _varied(sentence, lang, chance)
        for sentence in chance.choices(sentences()[lang, False], k=shown + SHOWN - 2)
    ]
    chosen = [*told, *others]
    parts = [f"{sentence} {chance.randrange(10**6)}." for sentence in chosen]
    when = at or START + timedelta(minutes=chance.randrange(30 * 24 * 60))
    link = f"http://127.0.0.1/{number}/{i}?utm_source=rss&amp;utm_medium=feed"
    picture = f"http://127.0.0.1/pictures/{number}-{i}.jpg"
    teaser = f'<p><a href="{link}"><img src="{picture}" width="300" alt=""/></a> {escape(" ".join(parts[:shown]))} <a href="{link}">…</a></p>'
    text = "".join(f'<p class="text">{escape(part)}</p>\n' for part in parts)
    content = (
        f"<content:encoded><![CDATA[<div>{text}<script>count()</script></div>]]></content:encoded>"
        if whole
        else ""
    )
    return (
        f"<item><title>{escape(chosen[0][:90])} {number}-{i}</title><link>{link}</link>"
        f'<guid isPermaLink="false">{number}-{i}</guid><pubDate>{when:%a, %d %b %Y %H:%M:%S} GMT</pubDate>'
        f"<dc:creator>Desk {number % 7}</dc:creator><category>News</category><category><![CDATA[Region & World]]></category>"
        f'<description>{escape(teaser)}</description>{content}<media:content url="{picture}" medium="image"/></item>\n'
    )


def wrapped(number: int, rows: str) -> bytes:
    """A feed around items."""
    head = (
        f"<title>Feed {number}</title><link>http://127.0.0.1/{number}</link><description>News</description>"
        f"<language>{language(number)}</language><ttl>15</ttl>"
        f'<atom:link href="http://127.0.0.1/{number}" rel="self" type="application/rss+xml"/>'
    )
    return f"{_HEAD}<channel>{head}{rows}</channel></rss>".encode()


def feed(number: int, entries: int, shown: int = SHOWN, relevant: float = RELEVANT) -> bytes:
    """One feed; the same numbers always give the same bytes."""
    rows = (item(number, i, whole=number % 3 == 0, relevant=relevant, shown=shown) for i in range(entries))
    return wrapped(number, "".join(rows))
