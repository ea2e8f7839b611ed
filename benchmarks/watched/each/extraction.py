"""The text of an article out of six layouts, beside trafilatura's defaults: `benchmarks.extraction`."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import mean

from benchmarks.extraction import defaults, f1, ours, page
from benchmarks.watched.ratio import Ratio, shares
from crawler.judging.text.language import LANGUAGES


def ratios() -> Iterator[Ratio]:
    """By F1; the time of a page is measured in `article_pages`."""
    made = [page(lang, layout, 100 * layout + 7) for lang in LANGUAGES for layout in range(6)]
    ways = {"aseanwatch": ours, "trafilatura": defaults}
    found = {name: mean(f1(way(html), wanted) for html, wanted in made) for name, way in ways.items()}
    yield from shares("text of a page, six layouts", "F1", found, "aseanwatch")
