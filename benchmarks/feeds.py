"""The feeds of the benchmark: RSS 2.0 in ten languages, composed of the newsroom's sentences, no two items alike.

One item in five reports China–ASEAN cooperation, which is still several times what feeds of the region hold.
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from xml.sax.saxutils import escape

from tests.newsroom.news import items

START = datetime(2025, 11, 1, tzinfo=UTC)
SENTENCES = 6
RELEVANT = 0.2


@cache
def _sentences() -> dict[tuple[str, bool], list[str]]:
    """The newsroom's sentences by language and whether their news is relevant."""
    found: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for item in items():
        found[item.outlet.lang, item.labels["relevant"]] += [item.title, *item.text.split("\n")]
    return dict(found)


def feed(number: int, entries: int) -> bytes:
    """One feed; the same number always gives the same bytes."""
    chance = random.Random(number)
    languages = sorted({lang for lang, _ in _sentences()})
    lang = languages[number % len(languages)]
    rows = []
    for i in range(entries):
        pool = _sentences()[lang, chance.random() < RELEVANT]
        chosen = chance.choices(pool, k=SENTENCES)
        text = " ".join(f"{sentence} {chance.randrange(10**6)}." for sentence in chosen)
        when = START + timedelta(minutes=chance.randrange(30 * 24 * 60))
        rows.append(
            f"<item><title>{escape(chosen[0][:90])} {number}-{i}</title><link>http://127.0.0.1/{number}/{i}</link>"
            f"<guid>{number}-{i}</guid><pubDate>{when:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
            f"<description>{escape(text)}</description></item>"
        )
    head = f"<title>Feed {number}</title><link>http://127.0.0.1/{number}</link><language>{lang}</language>"
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{head}{"".join(rows)}</channel></rss>'.encode()
