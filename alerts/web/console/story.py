"""One story: its reports, why they are one story, and who was told; and the corrections of operators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import Connection, select
from starlette.responses import Response

from alerts.analysis.why import trail
from alerts.digests import labels as words_of
from alerts.digests.excerpt import excerpt, harmless
from alerts.digests.summary import summarised, summary
from alerts.web.console import charts
from alerts.web.console.joining import in_words
from alerts.web.console.request import ConsoleRequest
from crawler.analysis.corrections import CORRECTIONS, label, merge_stories, split_story
from crawler.analysis.lag import lag_of
from crawler.analysis.release import not_a_copy
from crawler.model import AseanwatchError
from crawler.store import stories, story_marks
from crawler.store.articles import topics_of
from crawler.store.bulk import chunks
from crawler.store.leading import language_rank, leading
from crawler.store.neighbours import neighbours
from crawler.store.schema import article_versions, labels
from crawler.store.story_marks import StoryMark

SUMMARY = 320
"""Characters of the summary at the head of the page."""


def story(request: ConsoleRequest) -> Response:
    """The page of a story. A story that was merged into another leads to that one."""
    number = request.path_id("story")
    with request.store.read() as connection:
        members = stories.members(connection, [number]).get(number, [])
        if not members:
            successor = stories.successor(connection, number)
            if successor is not None:
                return request.redirect(f"/console/stories/{successor}")
            return request.problem(request.gettext("There is no story %(number)s.", number=number), 404)
        history = trail(connection, request.settings, number, None, None)
        pinned = stories.pinned(connection)
        versions = _versions(connection, [m.id for m in members])
        marked = _labels(connection, [m.id for m in members])
        found = _evidence(connection, members)
        beside = neighbours(connection, number, request.reading_languages)
        stored = {number: max(m.first_seen for m in members)}
        is_unread = bool(story_marks.unread_of(connection, request.person.name, stored))
    # Whoever looks at it again does not wait for the crawl, which holds the writer's lock for seconds.
    if is_unread:
        _mark_as_read(request, number)
    lead = leading(members, request.reading_languages)
    own = {m.id for m in members}
    copies: dict[int, list[Any]] = defaultdict(list)
    for member in members:
        if member.duplicate_of in own:
            copies[member.duplicate_of].append(member)
    originals = [m for m in members if m.duplicate_of not in own]
    languages = sorted({s.lang for s in request.settings.sources if s.enabled and s.lang})
    countries = sorted({s.country for s in request.settings.sources if s.enabled and s.country})
    return request.page(
        "story.html.j2", "today",
        title=lead.title or excerpt(lead.text, 120), lead=lead, summary=summary(lead, SUMMARY), number=number,
        groups=_by_language(originals, request.reading_languages), copies=copies, trail=history,
        reports={r["id"]: r for r in history["reports"]}, lag=lag_of(number, members, languages, countries), members=members,
        pinned=pinned.get(number) if number in pinned else None, versions=versions, labels=marked, corrections=CORRECTIONS,
        excerpt=excerpt, marked=marked_words, found=found, adds=lambda m: _adds(m, found[m.id]),
        joined=lambda shared: in_words(shared, request.words, request.settings), beside=beside, alert_kinds=words_of.ALERT_KINDS, changes=words_of.CHANGES_OF_STORIES,
        outcomes=_outcomes(history["subscriptions"]), timeline=_timeline(request, members), difference=difference,
    )  # fmt: skip


def _mark_as_read(request: ConsoleRequest, number: int) -> None:
    with request.store.write() as connection:
        story_marks.mark(connection, request.person.name, number, StoryMark.READ, request.now)


def _by_language(reports: Sequence[Any], reading: Sequence[str]) -> list[tuple[str, list[Any]]]:
    """The reports of each language, the reader's languages first, the others by their first report."""
    grouped: dict[str, list[Any]] = defaultdict(list)
    for report in reports:
        grouped[report.lang].append(report)
    return sorted(grouped.items(), key=lambda group: language_rank(group[0], reading))


def _adds(report: Any, evidence: list[dict[str, Any]]) -> Markup:
    """What a report says beyond its headline, with the words marked that its topics and the relevance matched."""
    start, text = summarised(report, SUMMARY)
    inside = [
        {**e, "start": e["start"] - start, "end": e["end"] - start}
        for e in evidence
        if e["field"] == "text" and e["start"] >= start
    ]
    return marked_words(text, inside, "text")


def _outcomes(subscriptions: Sequence[dict[str, Any]]) -> tuple[list[Any], dict[str, list[str]]]:
    """The subscriptions that were alerted; and for each reason of silence those that were not."""
    silent: dict[str, list[str]] = defaultdict(list)
    for one in subscriptions:
        if one["silence"]:
            silent[one["silence"]].append(one["name"])
    return [s for s in subscriptions if s["alerts"]], silent


def _timeline(request: ConsoleRequest, members: Sequence[Any]) -> Markup:
    moments: dict[str, list[datetime]] = defaultdict(list)
    for member in members:
        moments[member.lang].append(member.when)
    rows = [(request.words.language_name(code), of_language) for code, of_language in moments.items()]
    ends = tuple(request.words.moment(m.when) for m in (members[0], members[-1]))
    return charts.timeline(rows, request.gettext("Reports over time by language"), ends)


def correct(request: ConsoleRequest) -> Response:
    """Do what a button of the page says: pin, merge, split, no copy, wrong."""
    number, action = request.path_id("story"), request.action
    with request.store.write() as connection:
        if action == "pin":
            stories.pin(connection, number, request.now, request.value("note"))
        elif action == "unpin":
            stories.unpin(connection, number)
        elif action == "merge":
            # A suggestion that was chosen, or the address of the other story.
            other = request.value("other").rpartition("/")[2] or request.value("neighbour")
            # 18 digits fit into 63 bits; larger numbers make the databases raise.
            if not (other.isascii() and other.isdecimal() and len(other) < 19):
                raise AseanwatchError(request.gettext("Name the other story by its number or its address."))
            merge_stories(connection, number, int(other), request.now)
        elif action == "split":
            split_story(
                connection, number, request.integers("article"), request.settings.rules(), request.now
            )
        elif action == "release":
            released = not_a_copy(
                connection, request.integer("article"), request.settings.rules(), request.now
            )
            number = released.story or number
        elif action == "label":
            label(
                connection,
                request.integer("article"),
                request.value("verdict"),
                request.value("value"),
                request.person.name,
                request.now,
            )
        else:
            raise AseanwatchError(request.gettext("Nothing was chosen."))
        request.audit(
            connection,
            f"story: {action}",
            number,
            form={k: v for k, v in request.form.items() if k not in ("form", "do")},
        )
    return request.redirect(f"/console/stories/{number}", request.gettext("Done."))


def _evidence(connection: Connection, reports: Sequence[Any]) -> dict[int, list[dict[str, Any]]]:
    """The words of each report that its topics and the relevance matched."""
    topics = topics_of(connection, [r.id for r in reports])
    return {
        r.id: [*(r.evidence or ()), *(e for t in topics.get(r.id, ()) for e in t["evidence"])]
        for r in reports
    }


def _labels(connection: Connection, ids: list[int]) -> dict[int, list[Any]]:
    """What operators said of articles, as rows with ``verdict`` and ``value``."""
    found: dict[int, list[Any]] = defaultdict(list)
    for chunk in chunks(ids):
        for row in connection.execute(
            select(labels).where(labels.c.article_id.in_(chunk)).order_by(labels.c.id)
        ):
            found[row.article_id].append(row)
    return found


def _versions(connection: Connection, ids: list[int]) -> dict[int, list[Any]]:
    """The earlier versions of articles, the latest first."""
    found: dict[int, list[Any]] = defaultdict(list)
    for chunk in chunks(ids):
        mine = select(article_versions).where(article_versions.c.article_id.in_(chunk))
        for row in connection.execute(mine.order_by(article_versions.c.version.desc())):
            found[row.article_id].append(row)
    return found


def marked_words(text: str, evidence: list[dict[str, Any]], field: str) -> Markup:
    """A text in which the words that a topic or the relevance matched are marked."""
    parts, done = [], 0
    for start, end in sorted((e["start"], e["end"]) for e in evidence if e["field"] == field):
        if start >= done and end <= len(text):
            parts.append(
                Markup("{}<mark>{}</mark>").format(harmless(text[done:start]), harmless(text[start:end]))
            )
            done = end
    return Markup("").join([*parts, escape(harmless(text[done:]))])


def difference(before: str, after: str) -> Markup:
    """The difference between two texts, word by word."""
    old = before.split()
    new = after.split()
    parts = []
    # From 200 words on `difflib` would take frequent words
    # for junk, and show whole sentences as changed.
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            parts.append(escape(" ".join(old[a:b])))
            continue
        if b > a:
            parts.append(Markup("<del>{}</del>").format(" ".join(old[a:b])))
        if d > c:
            parts.append(Markup("<ins>{}</ins>").format(" ".join(new[c:d])))
    return Markup(" ").join(parts)
