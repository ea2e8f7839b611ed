"""The topics, and the editor of one: try a change on stored articles, apply it, rename the topic or take it out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import func, select
from starlette.responses import Response

from alerts.digests.machine_made import MachineMade, SaidText
from alerts.operations import tuning
from alerts.web.console import confirmation
from alerts.web.console.machine_words import machine_words
from alerts.web.console.marking import marked_words
from alerts.web.console.request import ConsoleRequest
from alerts.web.console.topic_form import (
    TRANSLATED,
    TopicForm,
    form_values,
    name_of,
    problem_text,
    query_of,
    read_topic_form,
)
from alerts.web.console.topic_preview import coloured, preview
from crawler.config.settings import TopicSetting
from crawler.judging.judge import Judge, all_sets
from crawler.model import AseanwatchError
from crawler.store import Store
from crawler.store.dangling import dangling_names
from crawler.store.schema import GROUPED, article_topics, articles

COUNTED_PERIOD = timedelta(days=7)
"""The list of topics counts what each caught in this time."""
LONG_TRIAL = timedelta(days=90)
"""A trial on all articles looks back so far."""
ALERTS = ("story", "article", "new_base")


class Caught(NamedTuple):
    """How many articles a topic caught, and of how many stories."""

    articles: int
    stories: int


def topics(request: ConsoleRequest) -> Response:
    """The topics, and how much each caught lately."""
    # Counted once a minute at most: it reads all matches of a week.
    caught = _count_caught(request.store, int(request.now.timestamp()) // 60)
    with request.store.read() as connection:
        changes = tuning.history(connection, 8)
        unknown_topics = dangling_names(connection, request.settings)
    rows = [(name, topic, *caught.get(name, Caught(0, 0))) for name, topic in request.settings.topics.items()]
    return request.page(
        "topics.html.j2",
        "topics",
        title=request.gettext("Topics"),
        rows=rows,
        sets=sorted(request.settings.terms),
        changes=changes,
        coloured=coloured,
        dangling=unknown_topics,
    )


@lru_cache(maxsize=4)
def _count_caught(store: Store, minute: int) -> dict[str, Caught]:
    """What each topic caught of the days before a minute (since 1970), by the dates of the reports, as Today shows them.

    The minute makes the cache forget.
    """
    until = datetime.fromtimestamp(minute * 60, UTC)
    recent = (
        select(article_topics.c.topic, func.count(), func.count(func.distinct(articles.c.story_id)))
        .join(articles, articles.c.id == article_topics.c.article_id)
        # By their dates: an archive that was stored today is not of this week. Without copies, as the index of dates is.
        .where(
            GROUPED,
            articles.c.when >= until - COUNTED_PERIOD,
            articles.c.when <= until + timedelta(minutes=1),
        )
        .group_by(article_topics.c.topic)
    )
    with store.read() as connection:
        return {
            topic: Caught(in_articles, in_stories)
            for topic, in_articles, in_stories in connection.execute(recent)
        }


def topic(request: ConsoleRequest) -> Response:
    """The editor of one topic. The name ``new`` begins a new topic, perhaps with the query of a search."""
    name = request.path_value("name")
    if request.is_post:
        return _change(request, name)
    if name == "new":
        search = request.value("q")
        setting = TopicSetting.model_validate({"title": search, "query": query_of(search) or "$base"})
        return _editor(request, "", form_values(setting), wanted=name_of(search))
    if name in request.settings.topics:
        doubts = confirmation.doubts_after(request, "topics", name)
        values = form_values(request.settings.topics[name])
        return _editor(request, name, values, wanted=name, doubts=doubts)
    return request.problem(request.gettext("There is no topic %(name)s.", name=name), 404)


def _editor(request: ConsoleRequest, name: str, values: dict[str, Any], **more: Any) -> Response:
    """The page of the editor.

    Args:
        request: the request.
        name: of the topic that is edited; empty for a new one.
        values: of the fields.
        more: the name that is ``wanted``; the ``problem``; the ``confirmation`` that is needed; what was ``found``, and the
            ``difference``; the ``doubts`` about a topic that is not tried.
    """
    values_of_page = {
        "found": None,
        "difference": "",
        "wanted": name,
        "confirmation": None,
        "doubts": [],
        **more,
    }
    status = 200
    if more.get("problem"):
        status = 422
    elif values_of_page["confirmation"]:
        status = 409
    rules = request.settings.rules()
    sets = all_sets(rules.terms, rules.parties)
    return request.page(
        "topic.html.j2",
        "topics",
        status,
        title=request.settings.topic_title(name, request.language) if name else request.gettext("New topic"),
        name=name,
        values=values,
        sets=[{"name": f"${n}", "about": _first_terms(s.spellings)} for n, s in sorted(sets.items())],
        alerts=ALERTS,
        translated=TRANSLATED,
        coloured=coloured,
        marked=marked_words,
        machine=_machine(request, values_of_page["found"]),
        **values_of_page,
    )


def _machine(request: ConsoleRequest, found: dict[str, Any] | None) -> MachineMade:
    """What a machine made of the headlines that a trial shows."""
    shown = [row for name in ("gained", "lost", "kept") for row in found[name]] if found else []
    texts = (SaidText(row["title"], row["lang"], source=row["source"]) for row in shown)
    return machine_words(request, texts=texts)


def _first_terms(spellings: Any) -> str:
    """Three terms that tell what a set is about."""
    terms = [term for lang in ("en", *spellings) for term in spellings.get(lang, ())]
    return ", ".join(dict.fromkeys(terms[:3]))


def _change(request: ConsoleRequest, path_name: str) -> Response:
    """Do what the pressed button says; without one try the change."""
    form = read_topic_form(request)
    edited = "" if path_name == "new" else path_name
    name = form.name or edited
    # The address of the form of a new topic: a topic of this name could never be opened.
    if name == "new":
        raise AseanwatchError(request.gettext("A topic cannot be named “new”."))
    try:
        return _act(request, edited, name, form)
    except AseanwatchError as error:
        problem = problem_text(error, "topics", name, request.words)
        if request.is_partial:
            return _tried(request, name, form, problem=problem)
        return _editor(request, edited, form.values, problem=problem, wanted=name)


def _act(request: ConsoleRequest, edited: str, name: str, form: TopicForm) -> Response:
    if request.action == "rename":
        done = confirmation.rename(request, "topics", edited or "new", request.value("renamed"))
        if isinstance(done, Response):
            return done
        return _editor(request, edited, form.values, confirmation=done, wanted=name)
    if request.action == "delete":
        return _delete(request, edited, name, form)
    if request.action == "apply":
        return _apply(request, edited, name, form)
    return _try(request, edited, name, form)


def _try(request: ConsoleRequest, edited: str, name: str, form: TopicForm) -> Response:
    """Show what the change would gain and lose."""
    draft = tuning.draft(request.live, "topics", name, form.written)
    old = Judge(request.settings.rules())
    new = Judge(draft.settings.rules())
    if request.action == "all":
        trial = tuning.try_all(request.store, old, new, name, LONG_TRIAL, request.now)
    else:
        trial = tuning.try_quickly(request.store, old, new, name)
    found = preview(trial, name, draft, new) | {"doubts": tuning.doubts(draft.settings, "topics", name)}
    difference = draft.difference(request.live.path.name)
    if request.is_partial:
        return _tried(request, name, form, found=found, difference=difference)
    return _editor(request, edited, form.values, found=found, difference=difference, wanted=name)


def _tried(request: ConsoleRequest, name: str, form: TopicForm, **more: Any) -> Response:
    """The part of the page that shows a trial, for the page's script."""
    values = {"found": None, "difference": "", **more}
    return request.page(
        "tried.html.j2",
        "topics",
        name=name,
        values=form.values,
        coloured=coloured,
        marked=marked_words,
        machine=_machine(request, values["found"]),
        **values,
    )


def _delete(request: ConsoleRequest, edited: str, name: str, form: TopicForm) -> Response:
    needed = confirmation.confirm_deleting(request, "topics", edited)
    if not needed.is_given(request):
        return _editor(request, edited, form.values, confirmation=needed, wanted=name)
    return confirmation.delete(request, "topics", edited, needed)


def _apply(request: ConsoleRequest, edited: str, name: str, form: TopicForm) -> Response:
    draft = tuning.draft(request.live, "topics", name, form.written)
    needed = confirmation.confirm_applying(request, "topics", name, draft)
    if not needed.is_given(request):
        doubts = tuning.doubts(draft.settings, "topics", name)
        return _editor(request, edited, form.values, confirmation=needed, wanted=name, doubts=doubts)
    with request.store.write() as connection:
        tuning.apply(connection, request.live, "topics", name, form.written, request.person.name, request.now)
        request.audit(connection, "topic: apply", name, query=form.values["query"], **needed.audit_detail())
    return request.redirect(f"/console/topics/{name}", confirmation.applied(request))
