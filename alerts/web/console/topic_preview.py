"""What a changed topic would catch, as its page shows it; and a query with its parts in colours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup, escape

from alerts.operations import tuning
from crawler.analysis.history import PastArticle
from crawler.judging.judge import Judge

SHOWN_ARTICLES = 12
SHOWN_UNCHANGED = 6
_TOKEN = re.compile(
    r'(?P<set>\$[A-Za-z0-9_]+)|(?P<phrase>"[^"]*"?)|(?P<op>\b(?:AND|OR|NOT|O?NEAR/\d+|ATLEAST/\d+)\b)'
    r"|(?P<field>\b(?:title|text|lead|lang|country|source):)|(?P<weight>\^[\d.]+)|(?P<paren>[()])"
)


def preview(trial: tuning.TopicTrial, name: str, draft: tuning.Draft, judge: Judge) -> dict[str, Any]:
    """What the template shows of a trial.

    Args:
        trial: what the change does to the topic.
        name: of the topic.
        draft: the change.
        judge: by the changed rules.
    """
    change = trial.change
    latest_events = list(change.events_after.values())[-SHOWN_ARTICLES:][::-1]
    unchanged = [past for past in latest_events if past not in change.gained]
    return {
        "tried": trial.tried,
        "before": change.before,
        "after": change.after,
        "events_before": len(change.events_before),
        "events_after": len(change.events_after),
        "gained": [_article(past, _evidence(past, judge, name)) for past in _latest_first(change.gained)],
        "lost": [_article(past, []) for past in _latest_first(change.lost)],
        "gained_count": len(change.gained),
        "lost_count": len(change.lost),
        "events_gained": len(change.events_gained),
        "events_lost": len(change.events_lost),
        "kept": [_article(past, _evidence(past, judge, name)) for past in unchanged][:SHOWN_UNCHANGED],
        "broken": tuning.broken(draft.settings, judge, name),
    }


def _latest_first(found: Sequence[PastArticle]) -> Sequence[PastArticle]:
    return found[-SHOWN_ARTICLES:][::-1]


def _evidence(past: PastArticle, judge: Judge, topic: str) -> list[dict[str, Any]]:
    """Where the topic matches in an article."""
    reading = judge.classify_without_features(past.article)
    return [
        {"field": e.field, "start": e.start, "end": e.end}
        for t in reading.topics
        if t.name == topic
        for e in t.evidence
    ]


def _article(past: PastArticle, evidence: list[dict[str, Any]]) -> dict[str, Any]:
    article = past.article
    return {
        "id": past.id,
        "story": past.story,
        "title": article.title,
        "text": article.text[:260],
        "lang": article.lang_hint or "",
        "source": article.source,
        "when": article.when,
        "evidence": evidence,
    }


def coloured(query: str) -> Markup:
    """A query with its parts in colours."""
    return Markup("").join(_coloured_parts(query))


def _coloured_parts(query: str) -> Iterator[Markup]:
    done = 0
    for match in _TOKEN.finditer(query):
        yield escape(query[done : match.start()])
        yield Markup('<span class="q-{}">{}</span>').format(match.lastgroup, match[0])
        done = match.end()
    yield escape(query[done:])
