"""What is allowed in a configuration but hardly intended: term sets that nothing uses, rules that can never match."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from crawler.config.settings import Settings
from crawler.judging.judge import RETRACTION, all_sets
from crawler.judging.places.gazetteer import CHINA, MEMBERS
from crawler.judging.queries.query import Node, doubtful_words, parse
from crawler.judging.text.language import RECOGNISED
from crawler.judging.text.terms import expand, pattern
from crawler.model import TermSet

Key = tuple[str | int, ...]


def advice(settings: Settings) -> Iterator[tuple[Key, str]]:
    """Warnings, each with the key that it is about."""
    rules = settings.rules()
    sets = all_sets(rules.terms)
    read = set(rules.relevance.sets()) | set(rules.bases.sets()) | {RETRACTION}
    for topic in rules.topics:
        query = parse(topic.query)
        key = ("topics", topic.name, "query")
        read |= {n.value for n in query.walk() if n.kind == "set"}
        doubts = (f"a word is never found: {why}" for why in doubtful_words(topic.query))
        for message in (*doubts, *_hopeless(query, sets), *_unknown_names(query, settings)):
            yield key, message
        # A query of lang: or source: alone has nothing that a score could be made of.
        if topic.threshold and not any(n.kind in ("set", "literal") for n in query.walk()):
            yield ("topics", topic.name, "threshold"), "the query has no terms, so that its score is always 1"
    used = {member for name in read if name in sets for member in expand(sets, name)}
    for name in settings.terms:
        if name not in used:
            yield ("terms", name), "no topic, no rule and no other set reads this set"


def _hopeless(query: Node, sets: Mapping[str, TermSet]) -> Iterator[str]:
    """Parts of a query that can never hold, whatever an article says."""
    for node in query.walk():
        if node.kind == "set" and not _terms(node, sets):
            yield f"${node.value} has no terms, so that it never matches"
        if node.kind == "atleast" and len(_terms(node, sets)) < node.number:
            yield f"ATLEAST/{node.number} never holds: there are only {len(_terms(node, sets))} different terms"
        if node.kind == "and":
            wanted = [c for c in node.children if c.kind != "not"]
            for refused in (c.children[0] for c in node.children if c.kind == "not"):
                swallowed = next(
                    (c for c in wanted if _terms(c, sets) and _terms(c, sets) <= _swallowing(refused, sets)),
                    None,
                )
                if swallowed is not None:
                    yield f"the NOT swallows everything: all terms before it are among those that it refuses ({_shown(refused)})"


def _unknown_names(query: Node, settings: Settings) -> Iterator[str]:
    """Languages, countries and sources in a query that no article can have."""
    languages = RECOGNISED | {s.lang for s in settings.sources if s.lang}
    known = {
        "new": {"base"},
        "lang": languages,
        "country": {*CHINA, *MEMBERS, "ASEAN"},
        "source": {s.name for s in settings.sources},
    }
    for node in query.walk():
        name, _, wanted = node.value.partition(":") if node.kind == "about" else ("", "", "")
        fits = [
            k
            for k in known.get(name, ())
            if k == wanted or (wanted.endswith("*") and k.startswith(wanted[:-1]))
        ]
        if name and not fits:
            close = difflib.get_close_matches(wanted, known[name], 1)
            yield f"{node.value} never holds: there is no such {_ABOUT[name]}" + (
                f" (did you mean {name}:{close[0]}?)" if close else ""
            )


_ABOUT = {"lang": "language", "country": "country among China and the members of ASEAN", "source": "source"}


def _terms(node: Node, sets: Mapping[str, TermSet]) -> frozenset[tuple[str, str]]:
    """All spellings in normal form, with their languages, that a part of a query reads."""
    found: set[tuple[str, str]] = set()
    for leaf in node.walk():
        if leaf.kind == "literal":
            found.add(("*", leaf.value.casefold()))
        for name in expand(sets, leaf.value) if leaf.kind == "set" else ():
            made = (
                pattern(name, lang, s)
                for lang, all_of in sets[name].spellings.items()
                for s in all_of
                if s[0] != "$"
            )
            found |= {(p.lang, p.key) for p in made if p is not None}
    return frozenset(found)


def _swallowing(node: Node, sets: Mapping[str, TermSet]) -> frozenset[tuple[str, str]]:
    """The terms each of which alone makes a part of a query hold: those of a set, or of sets joined by OR."""
    if node.kind in ("set", "literal") or (
        node.kind == "or" and all(c.kind in ("set", "literal") for c in node.children)
    ):
        return _terms(node, sets)
    return frozenset()


def _shown(node: Node) -> str:
    return " OR ".join(
        f"${n.value}" if n.kind == "set" else n.value for n in node.walk() if n.kind in ("set", "literal")
    )
