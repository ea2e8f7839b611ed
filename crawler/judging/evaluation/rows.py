"""A labelled row beside its prediction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

Row = Mapping[str, Any]


class LabelledPair(NamedTuple):
    """A labelled row and what was predicted of it."""

    gold: Row
    guess: Row

    @property
    def story(self) -> str:
        """The story that the labels give it; one of its own where they give none."""
        return story_of(self.gold)


def story_of(gold: Row) -> str:
    """The story of a labelled row; one of its own where it has none."""
    return gold.get("story") or f"none-{gold['id']}"


def paired(gold: Sequence[Row], predictions: Iterable[Row]) -> list[LabelledPair]:
    """Rows with their predictions, matched by ``id``; rows without one are left out."""
    by_id = {p["id"]: p for p in predictions}
    return [LabelledPair(g, by_id[g["id"]]) for g in gold if g["id"] in by_id]


def cities_of(row: Row) -> set[str]:
    """The cities of a row's bases."""
    return {c.lower() for base in row.get("bases") or () for c in base.get("cities") or ()}


def topics_of(row: Row) -> set[str]:
    """The names of a prediction's topics."""
    return {topic["name"] for topic in row.get("topics") or ()}
