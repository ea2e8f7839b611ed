"""One story: its reports, why they are one story, and who was told; and the corrections of operators."""

from __future__ import annotations

from collections import defaultdict
from difflib import SequenceMatcher
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import Connection, select
from starlette.responses import Response

from alerts.analysis.why import trail
from alerts.digests.excerpt import excerpt, harmless, shortened
from alerts.web.console import charts
from alerts.web.console.request import ConsoleRequest
from crawler.analysis.corrections import CORRECTIONS, label, merge_stories, split_story
from crawler.analysis.lag import lag_of
from crawler.analysis.release import not_a_copy
from crawler.model import AseanwatchError
from crawler.store import stories
from crawler.store.bulk import chunks
from crawler.store.schema import article_versions, labels


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
    by_language: dict[str, list[Any]] = defaultdict(list)
    for member in members:
        by_language[member.lang].append(member.when)
    languages = sorted({s.lang for s in request.settings.sources if s.enabled and s.lang})
    countries = sorted({s.country for s in request.settings.sources if s.enabled and s.country})
    copies: dict[int, list[Any]] = defaultdict(list)
    for member in members:
        if member.duplicate_of is not None:
            copies[member.duplicate_of].append(member)
    own = {m.id for m in members}
    originals = [m for m in members if m.duplicate_of is None or m.duplicate_of not in own]
    return request.page(
        "story.html.j2", "today",
        title=members[0].title or excerpt(members[0].text, 120), number=number, originals=originals, copies=copies, trail=history,
        reports={r["id"]: r for r in history["reports"]}, lag=lag_of(number, members, languages, countries), members=members,
        pinned=pinned.get(number) if number in pinned else None, versions=versions, labels=marked, corrections=CORRECTIONS,
        excerpt=excerpt, marked=marked_words,
        timeline=charts.timeline([(request.words.language_name(c), m) for c, m in by_language.items()], request.gettext("Reports over time by language")), difference=difference, shortened=shortened,
    )  # fmt: skip


def correct(request: ConsoleRequest) -> Response:
    """Do what a button of the page says: pin, merge, split, no copy, wrong."""
    number, action = request.path_id("story"), request.action
    with request.store.write() as connection:
        if action == "pin":
            stories.pin(connection, number, request.now, request.value("note"))
        elif action == "unpin":
            stories.unpin(connection, number)
        elif action == "merge":
            # People paste the address of the other story.
            other = request.value("other").rpartition("/")[2]
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
            raise AseanwatchError(f"{action!r} is nothing that can be done to a story")
        request.audit(
            connection,
            f"story: {action}",
            number,
            form={k: v for k, v in request.form.items() if k not in ("form", "do")},
        )
    return request.redirect(f"/console/stories/{number}", request.gettext("Done."))


def _labels(connection: Connection, ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for chunk in chunks(ids):
        for row in connection.execute(
            select(labels).where(labels.c.article_id.in_(chunk)).order_by(labels.c.id)
        ):
            found[row.article_id].append(f"{row.verdict} {row.value}".strip())
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
