"""Today: the latest stories by day, unread news of bases first; what is read and saved; and the search."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy import Connection
from starlette.responses import Response

from alerts.digests.excerpt import excerpt, harmless
from alerts.digests.summary import summary
from alerts.web.console import base_cards, charts, first_run
from alerts.web.console.machine_words import machine_words
from alerts.web.console.notice import Notice
from alerts.web.console.request import LARGEST_ID, ConsoleRequest
from alerts.web.console.story_filters import FILTERS, address, read_filters
from alerts.web.console.story_panel import chips, groups, misunderstood
from alerts.web.console.views import links
from alerts.web.console.volume import lately
from crawler.analysis.corrections import NOT_RELEVANT, label, unlabel
from crawler.model import AseanwatchError
from crawler.store import saved_views, search, stories, story_marks
from crawler.store.leading import language_rank
from crawler.store.overview import Cursor, StoryRow
from crawler.store.search_query import SearchQuery, parse_search
from crawler.store.story_choice import BY_RELEVANCE, ChosenStories, choose, page_of, rows_of
from crawler.store.story_facets import story_facets
from crawler.store.story_marks import StoryMark

_MARKS = {
    "read": (True, StoryMark.READ),
    "unread": (True, StoryMark.UNREAD),
    "save": (True, StoryMark.SAVED),
    "unsave": (False, StoryMark.SAVED),
}
"""What the buttons of a story do: whether they set or take away which mark."""
MOST_BASES = 6
PAGE_LENGTH = 40
DAYS = timedelta(days=7)
"""Days that have a group of their own; older stories are grouped by month."""
SPARK = timedelta(days=3)
SUMMARY = 180
"""Characters of the summary of a story, about two lines."""
_CURSOR = re.compile(r"([0-9]{1,11}(?:\.[0-9]{1,9})?)-([0-9]{1,18})")
"""A moment in seconds since 1970, short enough to be in the years 1 to 9999, and a story."""


def today(request: ConsoleRequest) -> Response:
    """The list of stories that the filters of the address select."""
    person = request.person.name
    if request.value("q"):
        search.refresh(request.store, waits=False)
    with request.store.read() as connection:
        facets = story_facets(request.store, connection)
        filters = read_filters(request, facets)
        found = choose(facets, connection, filters.choice)
        rows, following = _page(request, connection, found)
        ids = [r.id for r in rows]
        reading = story_marks.reading_of(connection, person)
        unread = story_marks.unread_among(reading, {r.id: r.stored for r in rows})
        looked_for = parse_search(filters.choice.search)
        news = [r for r in rows if r.bases and r.id in unread][:MOST_BASES]
        cards = base_cards.cards_of(request, connection, [] if filters.choice.search else news)
        members = stories.members(connection, ids, ("title", "text", "lang")) if looked_for.wanted else {}
        small_chart = lately(request, found)
        panel = groups(request, reading, found, filters)
        views = saved_views.views_of(connection, person)
    view = next((v for v in views if v.id == request.integer("view")), None)
    leads, shown = [r.lead for r in rows], [text for card in cards.values() for text in card.passages]
    machine = machine_words(request, titles_of=leads, summaries_of=leads, texts=shown, stories=ids)
    listed = (
        [StoryGroup("all", request.gettext("Results"), rows)]
        if looked_for.wanted and rows
        else _grouped(request, rows, news)
    )
    is_empty = not rows and not filters.pairs and not request.value("after")
    answer = request.page(
        "today.html.j2", "today",
        title=_title(request, view), groups=listed, filters=filters, panel=panel, lately=small_chart, total=len(found),
        chips=chips(request, filters), misunderstood=misunderstood(request, filters, looked_for.problem),
        views=links(views, view.id if view else 0, filters), view=view,
        cards=cards, guide=first_run.guide_of(request), beginning=first_run.beginning_of(request) if is_empty else None,
        following=following, spark=lambda row: spark(request, row), unread=unread, saved=reading.saved, excerpt=excerpt,
        machine=machine, summary=lambda row: summary(row.lead, SUMMARY), looked_for=looked_for, address=address,
        snippet=lambda row: _snippet(looked_for, by_language(members.get(row.id, ()), request.reading_languages)),
    )  # fmt: skip
    if request.is_partial:
        # A form sends its empty fields too; the address of the window is without them.
        answer.headers["HX-Push-Url"] = filters.address
    return answer


def _title(request: ConsoleRequest, view: saved_views.SavedView | None) -> str:
    if view:
        return view.name
    return request.gettext("Search") if request.value("q") else request.gettext("Today")


class ListPage(NamedTuple):
    """Some stories of the list, and the address of the following ones."""

    rows: list[StoryRow]
    following: str | None


def _page(request: ConsoleRequest, connection: Connection, found: ChosenStories) -> ListPage:
    if found.wanted.sort == BY_RELEVANCE and found.wanted.search:
        skipped = min(request.integer("skip"), len(found))
        ids = found.ids()[skipped : skipped + PAGE_LENGTH]
        rows = rows_of(connection, ids, request.reading_languages)
        end = skipped + PAGE_LENGTH
        return ListPage(rows, _address(request, skip=str(end)) if end < len(found) else None)
    page = page_of(
        connection, found, cursor_of(request.value("after")), PAGE_LENGTH, request.reading_languages
    )
    if page.next is None:
        return ListPage(page.rows, None)
    # A position and not an offset: stories that arrive meanwhile shift nothing.
    after = f"{page.next.seen.timestamp()}-{page.next.story}"
    return ListPage(page.rows, _address(request, after=after))


def cursor_of(text: str) -> Cursor | None:
    """Where the page before ended, as the address says."""
    found = _CURSOR.fullmatch(text)
    return Cursor(datetime.fromtimestamp(float(found[1]), UTC), int(found[2])) if found else None


def by_language(reports: Sequence[Any], languages: Sequence[str]) -> list[Any]:
    """Reports in the order in which their languages are read."""
    return sorted(reports, key=lambda r: language_rank(r.lang, languages))


class Snippet(NamedTuple):
    """Where a report has what was looked for: the language of the report, and the text with the words marked."""

    lang: str
    text: Markup


def _snippet(looked_for: SearchQuery, reports: Sequence[Any]) -> Snippet | None:
    """The first place in a story's reports that has one of the words, texts before headlines; None where there is no search."""
    for field in ("text", "title"):
        for report in reports:
            whole = getattr(report, field)
            found = search.snippet_span(looked_for, whole)
            if found is not None:
                start, end, low, high = found
                ends = ("…" if start else "", "…" if end < len(whole) else "")
                parts = map(harmless, (whole[start:low], whole[low:high], whole[high:end]))
                return Snippet(
                    report.lang, Markup("{}{}<mark>{}</mark>{}{}").format(ends[0], *parts, ends[1])
                )
    return None


def mark(request: ConsoleRequest) -> Response:
    """Do what a button of the list says: all is read, a story is read, unread, saved or not saved, or it is not for us."""
    person, (what, _, number) = request.person, request.action.partition(":")
    story = (
        min(int(number), LARGEST_ID) if number.isascii() and number.isdecimal() and len(number) < 20 else 0
    )
    done: Notice | str = ""
    with request.store.write() as connection:
        if what == "all-read":
            story_marks.read_all(connection, person.name, request.now)
        elif what in _MARKS:
            change, kind = _MARKS[what]
            if change:
                story_marks.mark(connection, person.name, story, kind, request.now)
            else:
                story_marks.unmark(connection, person.name, story, kind)
        elif what in ("not-for-us", "for-us") and person.may_change:
            done = _label(request, connection, story, is_irrelevant=what == "not-for-us")
        else:
            raise AseanwatchError(request.gettext("Nothing was chosen."))
    # Without a script the browser goes to where the reader was.
    return request.redirect(_address(request) + (f"#story-{story}" if story and not done else ""), done)


def _label(request: ConsoleRequest, connection: Connection, story: int, *, is_irrelevant: bool) -> Notice:
    """Note that the reports of a story are not relevant, a label that measures and suggestions learn from; or take it back."""
    person = request.person.name
    for report in stories.members(connection, [story], ("id", "duplicate_of")).get(story, ()):
        if report.duplicate_of is None and is_irrelevant:
            label(connection, report.id, NOT_RELEVANT, "", person, request.now)
        elif report.duplicate_of is None:
            unlabel(connection, report.id, NOT_RELEVANT, "")
    story_marks.mark(
        connection, person, story, StoryMark.READ if is_irrelevant else StoryMark.UNREAD, request.now
    )
    request.audit(
        connection,
        "story: label" if is_irrelevant else "story: label taken back",
        story,
        verdict=NOT_RELEVANT,
    )
    if not is_irrelevant:
        return Notice(request.gettext("Taken back: its reports have no such label any more."))
    text = request.gettext(
        "Noted for everybody here: its reports are labelled as not relevant. Measures and suggestions learn from it; it stays in the list, read."
    )
    link, undo = f"/console/stories/{story}", {"do": f"for-us:{story}"}
    return Notice(text, link, request.gettext("The story"), undo, _address(request))


def spark(request: ConsoleRequest, row: StoryRow) -> Any:
    """A chart of when the reports of a story came, over its first three days."""
    start = row.moments[0]
    label = request.words.reports(row.reports - row.copies, row.copies)
    return charts.sparkline(row.moments, start, max(start + SPARK, row.moments[-1]), label)


class StoryGroup(NamedTuple):
    """A part of the list of stories, under a heading."""

    key: str
    heading: str
    rows: list[StoryRow]


def _grouped(request: ConsoleRequest, rows: list[StoryRow], news: list[StoryRow]) -> list[StoryGroup]:
    """The stories by day, with unread news of bases before all others; older ones by month."""
    shown = {r.id for r in news}
    groups = [StoryGroup("base", request.gettext("News of bases"), news)] if news else []
    zone = ZoneInfo(request.zone)
    today = request.now.astimezone(zone).date()
    for row in rows:
        if row.id in shown:
            continue
        key, heading = _day_of(request, row.last_seen.astimezone(zone).date(), today)
        if not groups or groups[-1].key != key:
            groups.append(StoryGroup(key, heading, []))
        groups[-1].rows.append(row)
    return groups


def _day_of(request: ConsoleRequest, day: date, today: date) -> tuple[str, str]:
    """The key and the heading of the group that a day belongs to."""
    words = request.words
    if day >= today:
        return "today", words.marks.comma.join((request.gettext("Today"), words.long_day(today)))
    if day == today - timedelta(days=1):
        return "yesterday", words.marks.comma.join((request.gettext("Yesterday"), words.long_day(day)))
    if day > today - DAYS:
        return f"{day:%Y-%m-%d}", words.long_day(day)
    return f"{day:%Y-%m}", words.month(day)


def _address(request: ConsoleRequest, **more: str) -> str:
    """The address of the list with the same filters."""
    kept = [(n, v) for n, v in request.http.query_params.multi_items() if v and n in (*FILTERS, "view")]
    return address(urlencode([*kept, *more.items()]))
