"""What a day costs in tokens: how many an installation of some size sends to an assistant and gets back, by task and script.

Run as ``python -m benchmarks.assist_costs [SOURCES]``. Tokens are counted by characters, for each script apart: how many bytes of
UTF-8 a token of a byte-level BPE vocabulary stands for in it. The bounds are those of the method itself: such a vocabulary has a
token for each of the 256 bytes, so a text never takes more tokens than it has bytes; and hardly any token of a script without
spaces is longer than one of its letters in vocabularies that were made of few texts in it. English takes some four characters to
a token. Lengths: the lower bound has those of the project's sample news, which is short; the upper one has summaries and texts as
long as they are ever sent. How many reports come, and how many of them match, is assumed as in `benchmarks.sizing`;
``--store URL`` takes numbers and lengths from a store.
"""

from __future__ import annotations

import argparse
import atexit
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import mean

from sqlalchemy import func, select

from alerts.assist.briefs import MOST_CHARACTERS, MOST_REPORTS
from alerts.assist.passages import passages_of
from alerts.digests.summary import SNIPPET
from crawler.assist.questions import BRIEF_TOKENS
from crawler.store import Store
from crawler.store.schema import articles
from tests.builders import NOON, keep, new_store
from tests.newsroom.news import items

CHARACTERS_PER_TOKEN = {
    # Latin letters: words are tokens, or two or three of them; those with many marks (Vietnamese) are cut more often.
    "en": (4.5, 4.0), "id": (3.5, 2.8), "ms": (3.5, 2.8), "tl": (3.2, 2.6), "vi": (3.0, 2.0),
    # Three bytes of UTF-8 a letter: from a token for two letters down to one for each letter, or two tokens for it.
    "zh": (1.5, 0.8), "th": (2.0, 1.0), "km": (1.5, 0.5), "lo": (1.2, 0.5), "my": (1.2, 0.5),
}  # fmt: skip
"""Characters of one token by language: with a vocabulary that has many texts of the language, and with one that has few."""
INSTRUCTIONS = 450
"""Tokens of the instructions and the schema that go with each request to a chat endpoint."""
FRAME = 12
"""Tokens of JSON around each passage, each way."""
BATCH = 16
LEAST_SUMMARY = 90
"""Characters: what is longer is taken for a summary, which may be as long as `SNIPPET`."""
ENTRIES_A_DAY, RELEVANT, REPORTS_A_STORY = 20.0, 0.05, 2.0
"""Entries of a source a day, the share of them that is news of cooperation, and reports of a story, as `benchmarks.sizing` assumes."""
ENGLISH = 0.35
"""The share of relevant reports that is in English, the wanted language, and needs no translation."""
PRICES = ((0.15, 0.60), (2.50, 10.00))
"""Money for a million tokens read and written: examples of a small and a large remote model, to be replaced by what yours costs."""


@dataclass(frozen=True)
class Load:
    """What comes in a day.

    Attributes:
        reports: relevant reports that are not in the wanted language.
        stories: stories that get a brief.
        passages: characters of the passages of each report, by language.
        texts: characters of the reports of a story as a brief is shown them, by language.
    """

    reports: float
    stories: float
    passages: Sequence[tuple[str, list[int]]]
    texts: Sequence[tuple[str, int]]


def load_of(store: Store, reports: float, stories: float) -> Load:
    """The lengths of the reports of a store, for so many a day."""
    columns = [articles.c[n] for n in ("title", "text", "lang", "evidence", "duplicate_of")]
    with store.read() as connection:
        rows = connection.execute(select(*columns).where(articles.c.relevant)).all()
    foreign = [(r.lang, [len(t) for t, _ in passages_of(r)]) for r in rows if r.lang != "en"]
    texts = [(r.lang, len(r.title) + min(len(r.text), MOST_CHARACTERS)) for r in rows]
    return Load(reports, stories, foreign, texts)


def tokens(characters: float, lang: str, bound: int) -> float:
    """Tokens of a text, by the lower (0) or the upper bound (1)."""
    return characters / CHARACTERS_PER_TOKEN.get(lang, CHARACTERS_PER_TOKEN["lo"])[bound]


def translating(load: Load, bound: int) -> tuple[float, float, float]:
    """Requests, tokens read and written in a day for translations into English."""
    each = mean(len(lengths) for _, lengths in load.passages)
    passages = load.reports * each
    said = [
        (lang, SNIPPET if bound and n > LEAST_SUMMARY else n)
        for lang, lengths in load.passages
        for n in lengths
    ]
    read = mean(tokens(n, lang, bound) for lang, n in said)
    # What Lao says in 100 letters takes English some 110; the same share for all scripts but Chinese.
    written = mean(n * (3.2 if lang == "zh" else 1.1) / CHARACTERS_PER_TOKEN["en"][bound] for lang, n in said)  # fmt: skip
    requests = passages / BATCH
    return requests, requests * INSTRUCTIONS + passages * (read + FRAME), passages * (written + FRAME)


def briefing(load: Load, bound: int) -> tuple[float, float, float]:
    """The same for briefs of each story: one when it begins, and one when its reports have doubled."""
    requests = load.stories * 1.3
    shown = min(REPORTS_A_STORY, MOST_REPORTS)
    read = mean(tokens(MOST_CHARACTERS if bound else n, lang, bound) for lang, n in load.texts)
    return requests, requests * (INSTRUCTIONS + shown * (read + FRAME)), requests * BRIEF_TOKENS * 0.5


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", type=int, nargs="?", default=2000)
    parser.add_argument(
        "--store", help="URL of a store whose reports and days are taken instead of the samples"
    )
    given = parser.parse_args()
    store, reports, stories = _measured(given.store) if given.store else _sampled(given.sources)
    load = load_of(store, reports, stories)
    print(f"{reports:,.0f} reports to translate and {stories:,.0f} stories a day")
    print(
        f"{'task':12} {'bound':6} {'requests':>9} {'read':>11} {'written':>11} "
        + " ".join(f"{f'{i}/{o}':>10}" for i, o in PRICES)
    )
    for name, counted in (("translate", translating), ("brief", briefing)):
        for bound, word in enumerate(("lower", "upper")):
            requests, read, written = counted(load, bound)
            money = " ".join(f"{(read * i + written * o) / 1e6:10.2f}" for i, o in PRICES)
            print(f"{name:12} {word:6} {requests:9,.0f} {read:11,.0f} {written:11,.0f} {money}")


def _sampled(sources: int) -> tuple[Store, float, float]:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    store = new_store(folder)
    for n, item in enumerate(items()):
        keep(store, item.title, item.text, first_seen=NOON + timedelta(seconds=n), published=item.at)
    relevant = sources * ENTRIES_A_DAY * RELEVANT
    return store, relevant * (1 - ENGLISH), relevant / REPORTS_A_STORY


def _measured(url: str) -> tuple[Store, float, float]:
    """The reports and stories of an average day of a store."""
    store = Store(url)
    with store.read() as connection:
        first, last = connection.execute(
            select(func.min(articles.c.first_seen), func.max(articles.c.first_seen))
        ).one()
        days = max((last - first) / timedelta(days=1), 1.0)
        foreign = select(func.count()).where(articles.c.relevant, articles.c.lang != "en")
        stories = select(func.count(articles.c.story_id.distinct())).where(articles.c.relevant)
        return store, (connection.scalar(foreign) or 0) / days, (connection.scalar(stories) or 0) / days


if __name__ == "__main__":
    main()
