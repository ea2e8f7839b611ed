"""Which news agency an article credits: "BANGKOK, Nov. 28 (Xinhua) --", 新华社南宁, "/VNA", "- Bernama"."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from crawler.judging.weights import weights
from crawler.runtime.data_tables import table


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {agency: _pattern(names) for agency, names in table("agencies.yaml").items()}


class _Names(NamedTuple):
    """Finds which agencies are named at all, for most texts name none; and whose each name is."""

    automaton: AhoCorasick
    agencies: list[str]


@cache
def _names() -> _Names:
    names = [(name.lower(), agency) for agency, names in table("agencies.yaml").items() for name in names]
    return _Names(AhoCorasick([name for name, _ in names]), [agency for _, agency in names])


def _pattern(names: list[str]) -> re.Pattern[str]:
    """A credit: a name in brackets, behind a slash or dash or at the head of a line, or "according to" it."""
    latin = "|".join(re.escape(n) for n in names if n.isascii())
    other = "|".join(re.escape(n) for n in names if not n.isascii())
    ways = (
        [
            rf"[(\[（【/][^()\[\]（）【】\n]{{0,24}}(?:{latin})(?![A-Za-z])",
            rf"(?:--|—|–|-|\n)\s*(?:{latin})\s*(?:--|—|–|:|$)",
            rf"^(?:{latin})(?:\s*(?:--|—|–|-|:|/)|\s+[A-Z][^\n]{{0,30}}--)",
        ]
        if latin
        else []
    )
    by = r"source:|by|theo|menurut|dilansir(?: dari)?|petik|ayon sa|据|来源[::]?|ที่มา[::]?"
    ways.append(rf"(?:{by})\s*(?:{latin or other})(?![A-Za-z])")
    if other:
        ways.append(rf"(?:^|\n|[(（【/\s])(?:{other})")
    return re.compile("|".join(ways), re.IGNORECASE | re.MULTILINE)


def credit_of(text: str) -> str | None:
    """The agency that an article credits, by its English name; the first where several are named."""
    weigh = weights().credit
    # In the middle an agency is quoted; at the beginning and the end it is credited.
    begin = text[: weigh.begin]
    end = text[-weigh.end :] if len(text) > weigh.begin else ""
    found = _credits(begin) or _credits(end)
    return min(found)[1] if found else None


def _credits(part: str) -> list[tuple[int, str]]:
    names = _names()
    # The patterns are slow; most texts name no agency at all, and need none of them.
    matches = names.automaton.find_matches_as_indexes(part.lower(), overlapping=True)
    named = {names.agencies[i] for i, _, _ in matches}
    return [(m.start(), agency) for agency in named if (m := _patterns()[agency].search(part))]
