"""Which news agency an article credits: "BANGKOK, Nov. 28 (Xinhua) --", 新华社南宁, "/VNA", "- Bernama"."""

from __future__ import annotations

import re
from functools import cache

from crawler.tables import table

_BEGIN, _END = 160, 90
"""Characters at the beginning and the end of a text in which a credit stands."""


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((agency, _pattern(names)) for agency, names in table("agencies.yaml").items())


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
    begin, end = text[:_BEGIN], text[-_END:] if len(text) > _BEGIN else ""
    found = [(m.start(), agency) for agency, pattern in _patterns() if (m := pattern.search(begin))]
    if not found:
        found = [(m.start(), agency) for agency, pattern in _patterns() if end and (m := pattern.search(end))]
    return min(found)[1] if found else None
