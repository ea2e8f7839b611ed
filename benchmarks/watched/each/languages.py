"""The language of an article, beside py3langid's own model: `benchmarks.languages`."""

from __future__ import annotations

from collections.abc import Iterator

import py3langid

from benchmarks.languages import articles
from benchmarks.watched.ratio import Ratio, paired, shares
from benchmarks.watched.turns import turns
from crawler.judging.text.language import language_of

OURS, PEER = "aseanwatch", "py3langid"


def ratios() -> Iterator[Ratio]:
    """By the articles whose language is right with nothing claimed, and by the time of an article."""
    made = articles(500)
    told: dict[str, list[str | None]] = {}

    def by_us() -> None:
        told[OURS] = [language_of(a.title, a.text) for a in made]

    def by_py3langid() -> None:
        told[PEER] = [str(py3langid.classify(f"{a.title}\n{a.text}")[0]) for a in made]

    rounds = turns({OURS: by_us, PEER: by_py3langid}, 3)
    right = {
        name: sum(t == a.lang for t, a in zip(found, made, strict=True)) / len(made)
        for name, found in told.items()
    }
    yield from shares("languages", "share that is right", right, OURS)
    yield from paired("the language of an article", "processor time", rounds, OURS)
