"""Topics that find nothing in some of the languages that the sources bring, for want of terms in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from crawler.config.settings import Settings
from crawler.judging.queries.language_gaps import language_gaps
from crawler.judging.queries.query import Node
from crawler.judging.text.language import LANGUAGES
from crawler.model import TermSet

_MOST_HEARD = 2
"""Languages of a topic that are named in the query that restricts it to them."""


def news_languages(settings: Settings, topic: str | None = None) -> tuple[str, ...]:
    """The languages of the news that a topic may find, in the order of the shipped ones.

    Those of the sources, as far as they say theirs; where all subscriptions to the topic take some languages alone,
    those of them.
    """
    spoken = {source.lang for source in settings.sources if source.enabled and source.lang}
    ordered = [*(lang for lang in LANGUAGES if lang in spoken), *sorted(spoken - {*LANGUAGES})]
    readers = [
        s
        for s in settings.subscriptions
        if topic is not None and topic in (s.topics or (topic,)) and topic not in s.except_topics
    ]
    if readers and all(s.languages for s in readers):
        wanted = {lang for s in readers for lang in s.languages}
        ordered = [lang for lang in ordered if lang in wanted]
    return tuple(ordered)


def gap_advice(topic: str, query: Node, settings: Settings, sets: Mapping[str, TermSet]) -> Iterator[str]:
    """One warning for a topic that finds hardly anything in some languages."""
    languages = news_languages(settings, topic)
    gaps = language_gaps(query, sets, languages)
    if not gaps:
        return
    deaf = [lang for lang in languages if any(lang in group for group in gaps.values())]
    heard = [lang for lang in languages if lang not in deaf]
    where = {
        missing: f"in {', '.join(group)}" if len(gaps) > 1 else "there" for missing, group in gaps.items()
    }
    lacking = "; ".join(f"{' and '.join(missing)} {place}" for missing, place in where.items())
    yield (
        f"finds hardly any news in {', '.join(deaf)}, for there are no terms of {lacking};"
        f" add some under {'this language' if len(deaf) == 1 else 'these languages'}, or write {restriction(heard, deaf)} if that is meant"
    )


def restriction(heard: Sequence[str], deaf: Sequence[str]) -> str:
    """What a query says that leaves out the languages in which it finds nothing."""
    if not heard or (len(heard) > _MOST_HEARD and len(heard) > len(deaf)):
        return " ".join(f"NOT lang:{lang}" for lang in deaf[:3]) + (" …" if len(deaf) > 3 else "")
    either = " OR ".join(f"lang:{lang}" for lang in heard)
    return f"AND {either}" if len(heard) == 1 else f"AND ({either})"
