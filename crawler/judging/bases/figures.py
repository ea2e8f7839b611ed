"""The figures of a base, told by reports in many languages: those of one value and one unit are one figure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from crawler.judging.bases.proof import Proof
from crawler.judging.text.numbers import amount_in
from crawler.runtime.data_tables import table


@dataclass(frozen=True, slots=True)
class FigureTogether:
    """A figure that reports tell.

    Attributes:
        value: as an English report writes it, else as the first one does.
        articles: the reports that tell it, the earliest first.
        said: how the first report in each language writes it.
    """

    value: str
    articles: tuple[int, ...]
    said: Mapping[str, str]


def figures_together(ordered: Iterable[Proof]) -> tuple[FigureTogether, ...]:
    """The figures of a base, the one that most reports tell first.

    Args:
        ordered: what reports say of it, the earliest first.
    """
    by_key: dict[tuple[str, str], list[tuple[Proof, str]]] = {}
    for proof in ordered:
        for figure in proof.mention.figures:
            by_key.setdefault(figure_key(figure, proof.lang), []).append((proof, figure))
    return tuple(sorted(map(_together, by_key.values()), key=lambda figure: -len(figure.articles)))


def _together(figures: Sequence[tuple[Proof, str]]) -> FigureTogether:
    said: dict[str, str] = {}
    for proof, figure in figures:
        said.setdefault(proof.lang, figure)
    articles = tuple(dict.fromkeys(proof.article for proof, _ in figures))
    return FigureTogether(said.get("en", figures[0][1]), articles, said)


def figure_key(figure: str, lang: str) -> tuple[str, str]:
    """What a figure says in any language: its value and the meaning of its unit; itself where either is not known."""
    amount = amount_in(figure, lang)
    units = [u for u in _units().findall(figure.casefold()) if u]
    meanings = {_meanings()[u] for u in units}
    if amount is None or len(meanings) != 1:
        return (figure, "")
    return (f"{amount:.6g}", meanings.pop())


@cache
def _meanings() -> dict[str, str]:
    listed: Mapping[str, Sequence[str]] = table("scales.yaml")["meanings"]
    return {unit.casefold(): meaning for meaning, units in listed.items() for unit in units}


@cache
def _units() -> re.Pattern[str]:
    units = sorted(_meanings(), key=len, reverse=True)
    return re.compile("|".join(rf"(?<![a-z]){re.escape(u)}(?![a-z])" for u in units))
