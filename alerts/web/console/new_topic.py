"""A new topic by question and answer: what is looked for and examples, then terms, then the query and what it would catch.

The page keeps nothing: its form holds all answers, so that nothing is lost by going back, by an error, or by another tab.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from starlette.responses import Response

from alerts.authoring import saving
from alerts.authoring.answer_mistakes import ALERTS, LANGUAGE_KEYS, name_problem, query_problem
from alerts.authoring.answers import Answers, Spellings, joined
from alerts.authoring.building import is_taken, name_for, title_of
from alerts.authoring.completing import together, unknown_sets
from alerts.authoring.example_search import FoundReport, find_reports
from alerts.authoring.missing_languages import languages_without
from alerts.authoring.reports import ReadReport, latest_reports
from alerts.authoring.suggesting import SuggestedTerm, TopicPart, answered_by, parts_of
from alerts.authoring.trying import (
    NewTopicOutcome,
    NewTopicTrial,
    QueryOption,
    UnwantedThing,
    preset_against,
)
from alerts.digests.machine_made import SaidText
from alerts.digests.wording import N_
from alerts.web.console.machine_words import machine_words
from alerts.web.console.request import ConsoleRequest
from alerts.web.console.topic_form import problem_text
from crawler.judging.entities.lexicon import TermOrigin
from crawler.model import AseanwatchError
from crawler.store import Store
from crawler.store.schema import articles

MOST_REPORTS = 500
"""The latest reports that are read for a page: a page must not take long."""
SHOWN_EVENTS = 8
ORIGINS = {
    TermOrigin.TYPED: N_("typed"),
    TermOrigin.CONCEPTS: N_("subjects of news"),
    TermOrigin.BASES: N_("words of bases"),
    TermOrigin.FIELDS: N_("fields of bases"),
    TermOrigin.NEWS: N_("words of news"),
    TermOrigin.NAMES: N_("known names"),
    TermOrigin.PLACES: N_("places and countries"),
    TermOrigin.EVERYDAY: "Unicode CLDR",
    TermOrigin.STORE: N_("stories in several languages"),
}
_ADDED = re.compile(r"([a-z]{2}|\*|except)\s*[:：]\s*(.+)")


@dataclass
class TopicSteps:
    """What the page shows beside the answers: as far as the steps have come.

    Attributes:
        answers: what the form holds.
        name: of the topic; empty before the last step.
        parts: the things with their terms.
        taken: the terms that are marked, as (part, language, term).
        own: the terms that somebody typed, by part.
        found: stored reports that were looked for.
        against: things that the examples show as unwanted, with whether each is marked.
        options: the queries.
        gaps: by thing, languages in which it has no terms.
        outcome: what the chosen query would do.
        problem: what is wrong.
    """

    answers: Answers
    name: str = ""
    parts: Sequence[TopicPart] = ()
    taken: frozenset[tuple[str, str, str]] = frozenset()
    own: Mapping[str, str] = field(default_factory=dict)
    found: Sequence[FoundReport] | None = None
    against: Sequence[tuple[UnwantedThing, bool]] = ()
    options: Sequence[QueryOption] = ()
    gaps: Mapping[str, Sequence[str]] = field(default_factory=dict)
    outcome: NewTopicOutcome | None = None
    problem: str | None = None

    @property
    def title(self) -> str:
        """A title made of what is looked for."""
        return title_of(self.answers.looking_for)


class NewTopicPages:
    """The page, and the reports that it reads: kept until there are newer ones."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest = -1
        self._reports: Sequence[ReadReport] = ()

    def page(self, request: ConsoleRequest) -> Response:
        """The steps as far as they have come; posted: the next one. A search that led here has come to the last one."""
        steps = TopicSteps(_answers(request))
        action = request.action if request.is_post else "try" if steps.answers.looking_for else ""
        try:
            if action in ("terms", "try", "apply", "anyway"):
                self._suggest(request, steps)
            if action in ("try", "apply", "anyway"):
                self._try(request, steps)
            if action == "find":
                steps.found = find_reports(request.store, request.value("find"))
            if action in ("apply", "anyway") and steps.problem is None:
                return _applied(request, steps)
        except AseanwatchError as error:
            said = problem_text(error, "topics", steps.name, request.words)
            steps.problem = request.without_reflection(said)
        tried = steps.outcome.change.events_after.values() if steps.outcome else ()
        shown = [past.article for past in list(tried)[-SHOWN_EVENTS:]]
        texts = (SaidText(a.title, a.lang_hint or "", source=a.source) for a in shown)
        machine = machine_words(request, titles_of=steps.found or (), texts=texts)
        return request.page(
            "new_topic.html.j2",
            "topics",
            422 if steps.problem else 200,
            title=request.gettext("New topic"),
            steps=steps,
            machine=machine,
            origins=ORIGINS,
            alerts=ALERTS,
            problem=steps.problem,
            shown_events=SHOWN_EVENTS,
        )

    def _suggest(self, request: ConsoleRequest, steps: TopicSteps) -> None:
        answers = steps.answers
        if not answers.looking_for:
            raise AseanwatchError(request.gettext("Say what you look for: a few words in any language."))
        steps.parts = parts_of(answers.looking_for, self._latest(request.store))
        if not steps.parts:
            raise AseanwatchError(request.gettext("These words name nothing to look for."))
        offered = {(t.part, t.lang, t.term): t for part in steps.parts for t in part.terms}
        # Marks belong to the words that they were made for.
        if request.value("asked") == answers.looking_for:
            posted = (tuple(value.split("|", 2)) for value in request.values("term"))
            steps.taken = frozenset(key for key in posted if key in offered)
            steps.own = {part.name: request.value(f"own_{part.name}") for part in steps.parts}
        else:
            steps.taken = frozenset(key for key, term in offered.items() if term.is_chosen)
        steps.answers = answers.with_values(**answered_by(_terms(request, steps, offered)))
        steps.gaps = {
            part: languages_without(request.settings, terms, steps.answers.alone)
            for part, terms in (steps.answers.terms or {}).items()
        }

    def _latest(self, store: Store) -> Sequence[ReadReport]:
        """The latest reports, read anew if there are newer ones."""
        with store.read() as connection:
            newest = connection.scalar(select(func.max(articles.c.id))) or 0
        with self._lock:
            if newest != self._newest:
                self._reports, self._newest = latest_reports(store, MOST_REPORTS), newest
            return self._reports

    def _try(self, request: ConsoleRequest, steps: TopicSteps) -> None:
        settings = request.settings
        trial = NewTopicTrial(settings, self._latest(request.store))
        is_first = not request.value("asked_name")
        steps.name = request.value("name") or name_for(steps.answers, settings)
        if problem := name_problem(steps.name):
            raise AseanwatchError(problem)
        if is_taken(steps.name, steps.answers, settings):
            raise AseanwatchError(
                request.gettext("There is a topic or a term set %(name)s already.", name=steps.name)
            )
        relevant = (
            trial.is_all_relevant(steps.answers) is not False
            if is_first
            else bool(request.value("only_relevant"))
        )
        steps.answers = steps.answers.with_values(name=steps.name, only_relevant=relevant)
        offered = trial.against(steps.answers, steps.name)
        marked = {u.name for u in preset_against(offered)} if is_first else set(request.values("against"))
        steps.against = [(thing, thing.name in marked) for thing in offered]
        steps.answers = steps.answers.with_values(
            without=together(u for u, is_marked in steps.against if is_marked)
        )
        steps.options = trial.options(steps.answers, steps.name)
        if not steps.options:
            raise AseanwatchError(request.gettext("No term is marked, so that nothing could match."))
        query = request.value("own_query") or _chosen_query(request.value("closeness"), steps.options)
        if problem := query_problem(query) or unknown_sets(settings, steps.answers, steps.name, query):
            raise AseanwatchError(problem)
        steps.answers = steps.answers.with_values(query=query)
        steps.outcome = trial.outcome(request.store, steps.answers, steps.name)


def _answers(request: ConsoleRequest) -> Answers:
    """The answers of the form; a search that led here is what is looked for."""
    match, no_match = (_lines(request.value(key)) for key in ("match", "no_match"))
    match += tuple(url for url in request.values("take_match") if url not in match)
    no_match += tuple(
        url for url in request.values("take_no_match") if url not in no_match and url not in match
    )
    return Answers(
        looking_for=request.value("looking_for") or _plain_words(request.value("q")),
        match=match,
        no_match=no_match,
        alert=request.value("alert") if request.value("alert") in ALERTS else None,
        title=request.value("title") or None,
    )


def _plain_words(search: str) -> str:
    """What a search looks for, without its signs: a topic says by examples what it leaves out."""
    return " ".join(word for word in search.replace('"', " ").split() if not word.startswith("-"))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _terms(
    request: ConsoleRequest, steps: TopicSteps, offered: Mapping[tuple[str, str, str], SuggestedTerm]
) -> dict[str, Spellings]:
    """The terms by part: the marked ones, and those that somebody typed."""
    found: dict[str, Spellings] = {}
    for key in offered:
        if key in steps.taken:
            part, lang, term = key
            found[part] = joined(found.get(part, {}), {lang: (term,)})
    for part, text in steps.own.items():
        for line in _lines(text):
            added = _ADDED.fullmatch(line)
            if added is None or added[1] not in LANGUAGE_KEYS:
                raise AseanwatchError(
                    request.gettext(
                        "“%(line)s” names no language; write it before the terms, such as zh: 榴莲, 金枕. Allowed: %(codes)s",
                        line=line,
                        codes=", ".join(LANGUAGE_KEYS),
                    )
                )
            words = tuple(word for w in re.split("[,，、]", added[2]) if (word := w.strip()))
            found[part] = joined(found.get(part, {}), {added[1]: words})
    return found


def _chosen_query(closeness: str, options: Sequence[QueryOption]) -> str:
    return next((o.query for o in options if o.closeness == closeness), options[0].query)


def _applied(request: ConsoleRequest, steps: TopicSteps) -> Response:
    """Write the topic, unless examples fail and nobody said to write it anyway."""
    assert steps.outcome is not None
    if steps.outcome.broken and request.action != "anyway":
        raise AseanwatchError(
            request.gettext(
                "Nothing was written: examples fail. Change the terms, the query or the examples."
            )
        )
    with request.store.write() as connection:
        number = saving.save(
            connection, request.live, steps.answers, steps.name, request.person.name, request.now
        )
        request.audit(connection, "topic: apply", steps.name, query=steps.answers.query)
    text = request.gettext("The topic %(name)s is written.", name=steps.name)
    return request.redirect(f"/console/topics/{steps.name}", text, undo=number)
