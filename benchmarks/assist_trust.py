"""How many honest answers of assistants are believed, and how many lies refused: python -m benchmarks.assist_trust.

The tables (``tests/assist/honest.yaml``, ``lies.yaml``) have translations, briefs and opinions written for them. Which groups were
seen while the rules were made stands in them. Each share is told with its 95 % interval by Wilson. ``-v`` lists what went wrong.
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
from crawler.assist.model import (
    AssistReport,
    BriefAnswer,
    BriefRequest,
    CheckRequest,
    Opinion,
    Passage,
    Statement,
)
from crawler.assist.trust import Verdict, believed_brief, believed_opinion, believed_translation
from crawler.judging.bases.stages import STAGES

TABLES = Path(__file__).parent.parent / "tests" / "assist"
_Z = 1.959964
_DAY = datetime(2026, 11, 1, tzinfo=UTC)


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


def opinion_of(row: Any) -> tuple[CheckRequest, Opinion]:
    """An opinion of the table."""
    report = AssistReport(1, 1, row["lang"], row["title"], row["text"], "Example Daily", "example", _DAY)
    said = dict(row["opinion"], places=tuple(row["opinion"]["places"]))
    return CheckRequest(row["clause"], row["lang"], 1, (report,), STAGES), Opinion(**said)


_GLOSSARY = glossary_from(())


def _translation(group: str, lang: str, to: str, source: str, text: str) -> Judged:
    names = names_in(source, lang, to, _GLOSSARY)
    verdict = believed_translation(Passage(source, lang), to, text, names)
    return Judged(group, f"{lang} > {to}: {source} | {text}", verdict)


def judged(table: Any) -> Iterator[Judged]:
    """All answers of a table; a row of translations may begin with the kind of lie."""
    for key, rows in table.items():
        group = key.removesuffix("briefs").removesuffix("opinions").removesuffix("_") or "first"
        for row in rows:
            if key.endswith("briefs"):
                yield Judged(group, str(row["statements"]), believed_brief(*brief_of(row)))
            elif key.endswith("opinions"):
                yield Judged(group, str(row["opinion"]), believed_opinion(*opinion_of(row)))
            else:
                yield _translation(group, *row[-4:])


def wilson(right: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    share, squared = right / of, _Z * _Z
    middle = (share + squared / (2 * of)) / (1 + squared / of)
    half = _Z * sqrt(share * (1 - share) / of + squared / (4 * of * of)) / (1 + squared / of)
    return middle - half, middle + half


def told(found: Sequence[Judged], verbose: bool, *, honest: bool) -> Iterable[str]:
    """The lines of the report."""
    what = "honest answers believed" if honest else "lies refused"
    for group in dict.fromkeys(j.group for j in found):
        of = [j for j in found if j.group == group]
        right = sum(j.verdict.believed is honest for j in of)
        low, high = wilson(right, len(of))
        yield f"{group}: {right} of {len(of)} {what}, {right / len(of):.1%} ({low:.1%} to {high:.1%})"
        if verbose:
            yield from (f"  {j.what}\n    {j.verdict.reason}" for j in of if j.verdict.believed is not honest)


def main(arguments: Sequence[str]) -> None:
    """Print both shares."""
    for name, honest in (("honest.yaml", True), ("lies.yaml", False)):
        rows = yaml.safe_load((TABLES / name).read_text(encoding="utf-8"))
        print("\n".join(told(list(judged(rows)), "-v" in arguments, honest=honest)))


if __name__ == "__main__":
    main(sys.argv[1:])
