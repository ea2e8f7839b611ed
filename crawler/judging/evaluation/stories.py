"""How well reports of one event are put together.

Stories are measured by B-cubed (Bagga and Baldwin 1998) over the relevant articles and by pairs of relevant
articles in different languages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

from crawler.judging.evaluation.rows import LabelledPair
from crawler.judging.evaluation.tallies import CountForm, StoryCounts


def _predicted(pair: LabelledPair) -> str:
    # An article without a story is one of its own; two of them are not together.
    return pair.guess.get("story") or f"none-{pair.gold['id']}"


def b_cubed(pairs: Sequence[LabelledPair]) -> StoryCounts:
    """For each article how many of those it was put with belong to it, and how many that belong to it are there."""
    wanted = defaultdict(set)
    given = defaultdict(set)
    for pair in pairs:
        wanted[pair.story].add(pair.gold["id"])
        given[_predicted(pair)].add(pair.gold["id"])
    tally = StoryCounts(CountForm.MEANS)
    for pair in pairs:
        right = wanted[pair.story]
        put = given[_predicted(pair)]
        both = len(right & put)
        tally.add(pair.story, both / len(put), both / len(right), 1)
    return tally


def cross_lingual(pairs: Sequence[LabelledPair]) -> StoryCounts:
    """Pairs of articles in different languages: put together, and belonging together."""
    tally = StoryCounts(CountForm.RATES)
    for one, other in combinations(pairs, 2):
        if one.gold["lang"] == other.gold["lang"]:
            continue
        together = _predicted(one) == _predicted(other)
        if one.story == other.story:
            tally.add(one.story, together, 0, not together)
        elif together:
            # A wrong pair is of two stories, and counts half for each.
            tally.add(one.story, 0, 0.5, 0)
            tally.add(other.story, 0, 0.5, 0)
    return tally
