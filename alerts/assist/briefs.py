"""What an assistant is shown of a story for its brief, and when a story needs one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from alerts.digests.build import outlet_of
from crawler.assist.glossary import Glossary, names_in
from crawler.assist.model import AssistReport, BriefRequest, Task
from crawler.assist.shown import without_withheld
from crawler.store import stories
from crawler.store.assist import GIVEN, answers_of_stories

MOST_REPORTS = 6
"""Reports that are shown: further ones repeat what these say."""
MOST_CHARACTERS = 1500
"""Characters of each: news says what matters first."""
COLUMNS = (
    "id", "title", "text", "lang", "url", "when", "published", "source", "outlet", "duplicate_of", "first_seen", "evidence",
)  # fmt: skip


def reports_shown(rows: Sequence[Any], may_send: Callable[[str], bool]) -> tuple[AssistReport, ...]:
    """The reports of a story that an assistant is shown: no copies, the first of each language before others.

    Args:
        rows: the story's articles (`COLUMNS`).
        may_send: whether words of a source may be sent.
    """
    allowed = [r for r in rows if may_send(r.source)]
    # Where only copies are allowed, the first of them stands for the report.
    telling = sorted(
        [r for r in allowed if r.duplicate_of is None] or allowed[:1], key=lambda r: (r.when, r.id)
    )
    first = {r.lang: r.id for r in reversed(telling)}
    chosen = sorted(telling, key=lambda r: first[r.lang] != r.id)[:MOST_REPORTS]
    return tuple(
        AssistReport(
            number,
            r.id,
            r.lang,
            r.title,
            r.text[:MOST_CHARACTERS],
            outlet_of(r),
            r.source,
            r.published or r.when,
        )
        for number, r in enumerate(chosen, 1)
    )


def brief_request(reports: tuple[AssistReport, ...], to: str, glossary: Glossary) -> BriefRequest:
    """What is asked of a story's reports, with the names in them."""
    names: dict[str, str] = {}
    for report in reports:
        names |= names_in(f"{report.title}\n{report.text}", report.lang, to, glossary)
    return BriefRequest(reports, to, names)


def stories_without_brief(
    connection: Connection,
    numbers: Iterable[int],
    to: str,
    may_send: Callable[[str], bool],
    withheld: frozenset[str] = frozenset(),
) -> dict[int, tuple[AssistReport, ...]]:
    """The stories that need a brief in a language, with what is shown of each.

    A story has one from its first report on. It gets another when its reports have doubled since: a brief for each further
    report would cost more than it tells. One that had words of a source in ``withheld`` counts for none.
    """
    members = stories.members(connection, sorted(set(numbers)), COLUMNS)
    given = [
        a
        for a in answers_of_stories(connection, Task.BRIEF, members)
        if a.language == to and a.outcome == GIVEN
    ]
    made = {a.story: a.at for a in without_withheld(connection, given, withheld)}
    found = {}
    for story, rows in members.items():
        originals = [r for r in rows if r.duplicate_of is None]
        before = sum(r.first_seen <= made[story] for r in originals) if story in made else 0
        if (story not in made or len(originals) >= 2 * max(before, 1)) and (
            shown := reports_shown(rows, may_send)
        ):
            found[story] = shown
    return found
