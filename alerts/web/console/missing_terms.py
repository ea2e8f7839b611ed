"""The terms that reports of a topic use and no set has. They are counted in a thread of their own, for all topics at once.

Reading a thousand reports takes seconds, and a page must not: it shows what was counted last, or that counting is under way.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from starlette.responses import Response

from alerts.web.console.request import ConsoleRequest
from crawler.analysis.history import past_articles
from crawler.config.settings import Settings
from crawler.judging.judge import Judge
from crawler.judging.queries.suggesting import Suggestion, Tally, unknown_words
from crawler.store import Store
from crawler.store.schema import articles

log = logging.getLogger("aseanwatch")
PERIOD = timedelta(days=30)
MOST_REPORTS = 1_000
"""So many of the latest reports are read: about ten seconds of one core."""
GOOD_FOR = timedelta(hours=1)
"""After this time the terms are counted anew, when somebody looks."""
MOST_SHOWN = 20


@dataclass(frozen=True)
class CountedTerms:
    """What was found: the terms of all topics, best first, how many reports were read, when, and by which settings."""

    terms: tuple[Suggestion, ...]
    reports: int
    at: datetime
    settings: Settings


class MissingTermsPages:
    """The page of missing terms, and the counting behind it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: CountedTerms | None = None
        self._is_counting = False

    def page(self, request: ConsoleRequest) -> Response:
        """The missing terms of one topic; until they are counted, a page that says so and asks again."""
        name = request.path_value("name")
        if name not in request.settings.topics:
            return request.problem(request.gettext("There is no topic %(name)s.", name=name), 404)
        counted = self._latest(request.store, request.settings, request.now)
        return request.page(
            "suggestions.html.j2",
            "topics",
            title=request.gettext("Missing terms"),
            name=name,
            counted=counted,
            found=[t for t in counted.terms if t.topic == name][:MOST_SHOWN] if counted else [],
        )

    def _latest(self, store: Store, settings: Settings, now: datetime) -> CountedTerms | None:
        """What was counted by these settings; begins to count if there is nothing, or if that is too old."""
        with self._lock:
            counted = self._counted
            fits = counted is not None and counted.settings is settings
            is_fresh = counted is not None and fits and now - counted.at < GOOD_FOR
            if not is_fresh and not self._is_counting:
                self._is_counting = True
                # A daemon: the program may end while it counts.
                thread = threading.Thread(
                    target=self._count, args=(store, settings, now), name="missing terms", daemon=True
                )
                thread.start()
            return counted if fits else None

    def _count(self, store: Store, settings: Settings, now: datetime) -> None:
        try:
            counted = count_terms(store, settings, now)
        except Exception:
            log.exception("the missing terms cannot be counted")
            # Shown as "nothing", and tried again when that is old: not by each request.
            counted = CountedTerms((), 0, now, settings)
        with self._lock:
            self._counted = counted
            self._is_counting = False


def count_terms(store: Store, settings: Settings, now: datetime, most: int = MOST_REPORTS) -> CountedTerms:
    """The terms that no set has, from the latest reports.

    Args:
        store: where the reports are.
        settings: their topics and term sets.
        now: the present moment.
        most: so many of the latest reports are read.
    """
    with store.read() as connection:
        of_stories = (articles.c.story_id.is_not(None), articles.c.duplicate_of.is_(None))
        latest = select(articles.c.first_seen).where(*of_stories, articles.c.first_seen >= now - PERIOD)
        begin = connection.scalar(latest.order_by(articles.c.first_seen.desc()).offset(most - 1).limit(1))
        reports = [
            past.article
            for past in past_articles(connection, begin or now - PERIOD)
            if past.story is not None and not past.is_duplicate
        ]
    judge, tally = Judge(settings.rules()), Tally()
    for article in reports:
        explanation = judge.explain(article)
        reading = explanation.reading
        names = [t.name for t in reading.topics]
        tally.add(
            reading.lang, unknown_words(explanation.findings), names, relevant=reading.relevance.relevant
        )
    return CountedTerms(tuple(tally.suggestions(2)), len(reports), now, settings)
