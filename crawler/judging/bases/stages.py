"""The life of a base, and its kind, by the words of the terms that speak of it."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.judging.bases.pairs import Pair
from crawler.judging.bases.words import base_words
from crawler.judging.weights import weights

STAGES = (
    "proposed",
    "planned",
    "approved",
    "signed",
    "under construction",
    "launched",
    "operating",
    "expanded",
    "closed",
)
"""The life of a base, in its order."""


def kind_of(term: str) -> str:
    """The kind of base that a term names: a laboratory, a park …; "base" if the term says no more."""
    return _first_named("kinds", term, "base")


def _first_named(list_of: str, term: str, default: str) -> str:
    """The first entry of a packaged list that has a part in a term."""
    low = term.casefold()
    for name, parts in base_words()[list_of].items():
        if any(part.casefold() in low for part in parts):
            return str(name)
    return default


def stage_of(pairs: Sequence[Pair], proof: Pair) -> str:
    """The furthest stage that the acts beside the base show: whoever signs an agreement to build has signed."""
    least = proof.weight * weights().bases.stage_share
    # Weaker acts beside the base are plans and background of the same sentence.
    acts = [pair.act for pair in pairs if pair.base == proof.base and pair.weight >= least]
    stages = [_first_named("stages", act.pattern.spelling, "launched") for act in acts]
    return max(stages, key=STAGES.index)
