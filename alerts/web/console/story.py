"""One story: its reports, what each adds and how it was edited, why they are one story, and who was told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy import Connection, select
from starlette.responses import Response

from alerts.analysis.why import trail
from alerts.digests import labels as words_of
from alerts.digests.excerpt import excerpt
from alerts.digests.machine_made import SaidText
from alerts.digests.proofs import proof_for
from alerts.digests.summary import summarised, summary
from alerts.digests.wording import N_
from alerts.identity.links import links_of
from alerts.identity.story_links import write_share
from alerts.subscriptions import reader_feedback
from alerts.web.console import charts
from alerts.web.console.joining import copy_in_words, in_words
from alerts.web.console.machine_words import machine_words, tab_title
from alerts.web.console.marking import marked_part, marked_words, passage, spans_in
from alerts.web.console.request import ConsoleRequest
from alerts.web.console.silence import summed_up
from alerts.web.console.versions import ArticleEdit, edits_of
from alerts.web.late_writes import READING
from crawler.analysis.corrections import CORRECTIONS
from crawler.analysis.lag import lag_of
from crawler.analysis.undoing import undoable
from crawler.store import stories, story_marks
from crawler.store.articles import topics_of
from crawler.store.bulk import chunks
from crawler.store.leading import language_rank, leading
from crawler.store.neighbours import neighbours
from crawler.store.schema import labels
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
        history = trail(
            connection, request.settings, number, None, None, lambda silence: summed_up(request, silence)
        )
        pinned = stories.pinned(connection)
        edits = edits_of(connection, members)
        change = undoable(connection, number)
        marked = _labels(connection, [m.id for m in members])
        found = _evidence(connection, members)
        beside = neighbours(connection, number, request.reading_languages)
        said = reader_feedback.listed(connection, story=number)
        stored = {number: max(m.first_seen for m in members)}
        is_unread = bool(story_marks.unread_of(connection, request.person.name, stored))
    machine = machine_words(
        request,
        titles_of=[*members, *(n.lead for n in beside)],
        summaries_of=members,
        texts=_quoted(request, history["bases"]),
        stories=[number],
    )
    lead = leading(members, request.reading_languages)
    own = {m.id for m in members}
    copies: dict[int, list[Any]] = defaultdict(list)
    for member in members:
        if member.duplicate_of in own:
            copies[member.duplicate_of].append(member)
    originals = [m for m in members if m.duplicate_of not in own]
    languages = sorted({s.lang for s in request.settings.sources if s.enabled and s.lang})
    countries = sorted({s.country for s in request.settings.sources if s.enabled and s.country})
    answer = request.page(
        "story.html.j2", "today",
        title=lead.title or excerpt(lead.text, 120), tab_title=tab_title(request, machine.title(lead)), lead=lead, summary=summary(lead, SUMMARY), number=number,
        groups=_by_language(originals, request.reading_languages), copies=copies, repeated=sum(map(len, copies.values())), trail=history,
        reports={r["id"]: r for r in history["reports"]}, lag=lag_of(number, members, languages, countries), members=members,
        pinned=pinned.get(number) if number in pinned else None, edits=edits, change=change, labels=marked, corrections=CORRECTIONS,
        machine=machine, brief=machine.brief(number), excerpt=excerpt, marked=marked_words, found=found, adds=lambda m: _adds(m, found[m.id]),
        feedback=said, share=_share_link(request, number), share_until=request.now + request.settings.delivery.share_links,
        joined=lambda shared: in_words(shared, request.words, request.settings), beside=beside, changes=words_of.CHANGES_OF_STORIES,
        outcomes=_outcomes(request, history["subscriptions"]), timeline=_timeline(request, members),
        facts=lambda edit: _facts(request, edit), why_copy=lambda m: copy_in_words(m.duplicate_why or "", request.words),
    )  # fmt: skip
    if is_unread:
        _mark_as_read(request, number)
    return answer


def _quoted(request: ConsoleRequest, bases: Sequence[dict[str, Any]]) -> Iterator[SaidText]:
    """The sentences that prove some bases and their stages to the reader, each with its language."""
    proved = (one for base in bases for one in (base, *base["timeline"]))
    proofs = (proof_for(one, request.reading_languages) for one in proved)
    yield from (SaidText(p.sentence, p.lang, p.article) for p in proofs if p is not None)


def _share_link(request: ConsoleRequest, number: int) -> str | None:
    """The link by which somebody without an account can see the story; None if nobody can."""
    links = links_of(request.settings, request.store)
    if links is None or not request.settings.delivery.share_links:
        return None
    return write_share(links, number, request.now)


def _mark_as_read(request: ConsoleRequest, number: int) -> None:
    # Behind the answer: whoever opens it does not wait for the crawl, which holds the writer's lock for tenths of a second.
    read = partial(
        story_marks.mark, person=request.person.name, story=number, kind=StoryMark.READ, now=request.now
    )
    request.web.late.note((READING, request.person.name, number), "that a story was read", read)


def _by_language(reports: Sequence[Any], reading: Sequence[str]) -> list[tuple[str, list[Any]]]:
    """The reports of each language, the reader's languages first, the others by their first report."""
    grouped: dict[str, list[Any]] = defaultdict(list)
    for report in reports:
        grouped[report.lang].append(report)
    return sorted(grouped.items(), key=lambda group: language_rank(group[0], reading))


class Addition(NamedTuple):
    """What a report says beyond its headline, and the passage that its topics matched where neither of the two has it."""

    summary: Markup
    passage: Markup | None


def _adds(report: Any, evidence: list[dict[str, Any]]) -> Addition:
    """What a report says beyond its headline, with the words marked that its topics matched."""
    start, text = summarised(report, SUMMARY)
    spans = spans_in(evidence, "text")
    is_seen = spans_in(evidence, "title") or any(
        low < start + len(text) and high > start for low, high in spans
    )
    return Addition(
        marked_part(text, start, spans), passage(report.text, spans) if spans and not is_seen else None
    )


def _facts(request: ConsoleRequest, edit: ArticleEdit) -> list[str]:
    """The facts that an edit took back, and those that it put in their place."""
    said = []
    for sign, template in (("-", N_("no longer %(facts)s")), ("+", N_("now %(facts)s"))):
        shared = in_words((f[1:] for f in edit.facts if f.startswith(sign)), request.words, request.settings)
        marks = request.words.marks
        things = [f"{sort.label}{marks.colon}{request.words.joined(sort.values)}" for sort in shared]
        if things:
            said.append(request.gettext(template, facts=request.words.clauses(things)))
    return said


class Alerted(NamedTuple):
    """A subscription that was alerted: what it was told, and when, each once."""

    name: str
    alerts: list[str]


def _outcomes(
    request: ConsoleRequest, subscriptions: Sequence[dict[str, Any]]
) -> tuple[list[Alerted], dict[str, list[str]]]:
    """The subscriptions that were alerted; and for each reason of silence those that were not."""
    silent: dict[str, list[str]] = defaultdict(list)
    for one in subscriptions:
        if one["silence"]:
            silent[one["silence"]].append(one["name"])
    return [_alerted(request, one) for one in subscriptions if one["alerts"]], silent


def _alerted(request: ConsoleRequest, one: dict[str, Any]) -> Alerted:
    # After a merge two alerts may say the same of what is one story now.
    kinds = words_of.ALERT_KINDS
    said = [
        f"{request.gettext(kinds.get(a['kind'], a['kind']))} {request.words.moment(a['at'])}"
        for a in one["alerts"]
    ]
    return Alerted(one["name"], list(dict.fromkeys(said)))


def _timeline(request: ConsoleRequest, members: Sequence[Any]) -> Markup:
    words = request.words
    dots: dict[str, list[charts.ChartDot]] = defaultdict(list)
    for member in members:
        title = f"{excerpt(member.outlet or member.source, 60)} {words.moment(member.when)}"
        dots[member.lang].append(charts.ChartDot(member.when, f"#report-{member.id}", title))
    rows = [(words.language_name(code), of_language) for code, of_language in dots.items()]
    axis = charts.ticks(
        members[0].when,
        members[-1].when,
        ZoneInfo(request.zone),
        lambda when, is_day: words.short_day(when.date()) if is_day else words.clock(when),
    )
    return charts.timeline(rows, request.gettext("Reports over time by language"), axis)


def _evidence(connection: Connection, reports: Sequence[Any]) -> dict[int, list[dict[str, Any]]]:
    """The words of each report that its topics matched; of one without topics, those that its relevance rests on."""
    topics = topics_of(connection, [r.id for r in reports])
    return {
        r.id: [e for t in topics.get(r.id, ()) for e in t["evidence"]] or list(r.evidence or ())
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
