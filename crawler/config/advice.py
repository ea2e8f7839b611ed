"""What is allowed in a configuration but hardly intended: term sets that nothing uses, rules that can never match."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from importlib.util import find_spec

from crawler.config.language_advice import gap_advice
from crawler.config.parties_advice import parties_advice
from crawler.config.section_advice import section_advice
from crawler.config.settings import Settings
from crawler.config.term_rules import term_advice
from crawler.judging.judge import RETRACTION, all_sets
from crawler.judging.queries.impossible import highest_score, impossibilities, refuses_new_bases, too_broad
from crawler.judging.queries.query import Node, doubts, parse
from crawler.judging.territories import countries_of, territory_meant
from crawler.judging.text.language import RECOGNISED
from crawler.judging.text.language_codes import language_meant
from crawler.judging.text.terms import expand
from crawler.model import TermSet, Topic
from crawler.runtime.extras import how_to_add
from crawler.runtime.near import hint, nearest

Key = tuple[str | int, ...]


def advice(settings: Settings) -> Iterator[tuple[Key, str]]:
    """Warnings, each with the key that it is about."""
    rules = settings.rules()
    sets = all_sets(rules.terms, rules.parties)
    read = set(rules.relevance.sets()) | set(rules.bases.sets()) | {RETRACTION}
    languages = {source.name: source.lang for source in settings.sources if source.lang}
    for topic in rules.topics:
        query = parse(topic.query)
        key = ("topics", topic.name, "query")
        read |= {n.value for n in query.walk() if n.kind == "set"}
        for message in (
            *doubts(topic.query),
            *impossibilities(query, sets, languages),
            *too_broad(query, sets),
            *_unknown_names(query, settings),
            *gap_advice(topic.name, query, settings, sets),
        ):
            yield key, message
        if topic.alert == "new_base" and refuses_new_bases(query, sets):
            yield (
                ("topics", topic.name, "alert"),
                "new_base tells only of reports of new bases, and the query refuses them all; leave NOT new:base out of it, or write alert: story",
            )
        yield from _threshold_advice(topic, query, sets)
    # Without loading it: that takes a tenth of a second.
    if settings.web.sign_in is not None and find_spec("authlib") is None:
        yield ("web", "sign_in"), f"the pages are not served without: {how_to_add('oidc')}"
    used = {member for name in read if name in sets for member in expand(sets, name)}
    for name in settings.terms:
        if name not in used:
            yield (
                ("terms", name),
                f"no topic, no rule and no other set reads this set; write ${name} into a query, or leave it out",
            )
    yield from term_advice(
        {name: sets[name] for name in settings.terms},
        frozenset(source.lang for source in settings.sources if source.lang),
    )
    yield from parties_advice(settings, sets)
    yield from section_advice(settings)


def _threshold_advice(topic: Topic, query: Node, sets: Mapping[str, TermSet]) -> Iterator[tuple[Key, str]]:
    key = ("topics", topic.name, "threshold")
    # A query of lang: or source: alone has nothing that a score could be made of.
    if topic.threshold and not any(n.kind in ("set", "literal") for n in query.walk()):
        yield key, "the query has no terms, so that its score is always 1; leave the threshold out"
        return
    highest = highest_score(query, sets)
    if topic.threshold > highest:
        yield (
            key,
            f"no article reaches {topic.threshold:g}: the most that this query's terms can score is {highest:g};"
            f" write less, such as {math.floor(highest * 50) / 100:g}, or add terms",
        )


def _unknown_names(query: Node, settings: Settings) -> Iterator[str]:
    """Languages, countries and sources in a query that no article can have."""
    languages = RECOGNISED | {s.lang for s in settings.sources if s.lang}
    known = {
        "new": {"base"},
        "lang": languages,
        "country": {*settings.parties.sides.all, *settings.parties.sides.wholes},
        "source": {s.name for s in settings.sources},
    }
    for node in query.walk():
        name, _, wanted = node.value.partition(":") if node.kind == "about" else ("", "", "")
        fits = [
            k
            for k in known.get(name, ())
            if k == wanted or (wanted.endswith("*") and k.startswith(wanted[:-1]))
        ]
        # A group or region asks for any of its countries.
        meets = name == "country" and not countries_of(wanted).isdisjoint(settings.parties.sides.all)
        if name and not fits and not meets:
            meant = _meant(name, wanted, known[name])
            allowed = (
                ""
                if name == "source" and len(known[name]) > _MOST_NAMES
                else f"; allowed: {', '.join(sorted(known[name]))}"
            )
            yield f"{node.value} never holds: there is no such {_ABOUT[name]}{hint(meant, f'{name}:')}{allowed}"


def _meant(name: str, wanted: str, known: Collection[str]) -> str | None:
    meant = (
        language_meant(wanted) if name == "lang" else territory_meant(wanted) if name == "country" else None
    )
    return meant if meant in known else nearest(wanted.rstrip("*"), known)


_MOST_NAMES = 12
"""Names of sources that are listed in a warning."""
_ABOUT = {"lang": "language", "country": "country among the parties", "source": "source"}
