"""How many honest answers of assistants are believed: python -m benchmarks.assist_trust.

The table (``tests/assist/honest.yaml``) has translations and briefs written for it. ``first`` was seen while the rules were made,
``held`` was not; of those the share is told with its 95 % interval by Wilson. ``-v`` lists what was refused and why.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from crawler.assist.glossary import glossary_from, names_in
from crawler.assist.model import AssistReport, BriefAnswer, BriefRequest, Passage, Statement
from crawler.assist.trust import Verdict, believed_brief, believed_translation

TABLE = Path(__file__).parent.parent / "tests" / "assist" / "honest.yaml"
_Z = 1.959964


class Judged(NamedTuple):
    """An answer of the table and what became of it."""

    group: str
    what: str
    verdict: Verdict


def brief_of(row: Any) -> tuple[BriefRequest, BriefAnswer]:
    """A brief of the table."""
    reports = tuple(
        AssistReport(
            number, number, r["lang"], r["title"], r["text"], "Example Daily", "example",
            datetime.combine(r["published"], datetime.min.time(), UTC),
        )
        for number, r in enumerate(row["reports"], 1)
    )  # fmt: skip
    names = {
        k: v
        for r in reports
        for k, v in names_in(f"{r.title}\n{r.text}", r.lang, row["to"], _GLOSSARY).items()
    }
    statements = tuple(Statement(text, tuple(numbers)) for text, numbers in row["statements"])
    return BriefRequest(reports, row["to"], names), BriefAnswer(statements, "table")


_GLOSSARY = glossary_from(())


def judged(table: Any) -> Iterator[Judged]:
    """All answers of the table."""
    for group in ("first", "held", "fresh"):
        for lang, to, source, text in table.get(group, ()):
            names = names_in(source, lang, to, _GLOSSARY)
            verdict = believed_translation(Passage(source, lang), to, text, names)
            yield Judged(group, f"{lang} > {to}: {source} | {text}", verdict)
    for group, key in (("first", "briefs"), ("held", "held_briefs")):
        for row in table.get(key, ()):
            yield Judged(group, str(row["statements"]), believed_brief(*brief_of(row)))


def wilson(right: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    share, squared = right / of, _Z * _Z
    middle = (share + squared / (2 * of)) / (1 + squared / of)
    half = _Z * sqrt(share * (1 - share) / of + squared / (4 * of * of)) / (1 + squared / of)
    return middle - half, middle + half


def told(found: Sequence[Judged], verbose: bool) -> Iterable[str]:
    """The lines of the report."""
    for group in dict.fromkeys(j.group for j in found):
        of = [j for j in found if j.group == group]
        right = sum(j.verdict.believed for j in of)
        low, high = wilson(right, len(of))
        yield f"{group}: {right} of {len(of)} honest answers believed, {right / len(of):.1%} ({low:.1%} to {high:.1%})"
        if verbose:
            yield from (f"  {j.what}\n    {j.verdict.reason}" for j in of if not j.verdict.believed)


if __name__ == "__main__":
    rows = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    print("\n".join(told(list(judged(rows)), "-v" in sys.argv)))
