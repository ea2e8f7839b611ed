"""The languages in whose news a query finds hardly anything, because terms that it needs are not there. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from crawler.judging.queries.query import Node
from crawler.judging.text.script import SCRIPT_LANGUAGE, script_of
from crawler.judging.text.terms import MALAY, expand, shown_part
from crawler.model import TermSet

_RESTRICTING = ("lang:", "source:")
"""Conditions by which a query chooses its languages on purpose."""


def language_gaps(
    query: Node, sets: Mapping[str, TermSet], languages: Iterable[str]
) -> dict[tuple[str, ...], tuple[str, ...]]:
    """What is missing for a query to find news: the names of term sets, each group with the languages that lack it.

    English words may be quoted in news of any language; that finds hardly any of it, so they do not count. Names do:
    sets under ``*``, and sets whose English spellings all begin with a capital.

    Args:
        query: what `parse` gave; its sets are among ``sets``.
        sets: all term sets.
        languages: those that the news is in.

    Returns:
        Nothing for a query that chooses languages or sources itself.
    """
    if any(n.kind == "about" and n.value.startswith(_RESTRICTING) for n in query.walk()):
        return {}
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for lang in dict.fromkeys(languages):
        if missing := _missing(query, sets, lang):
            found[missing] = (*found.get(missing, ()), lang)
    return found


def has_terms_in(spellings: Mapping[str, Sequence[str]], lang: str) -> bool:
    """Whether spellings by language find news in a language."""
    for key in MALAY if lang in MALAY else (lang,):
        if _own(spellings, key):
            return True
    english = _own(spellings, "en")
    everywhere = [*_own(spellings, "*"), *(english if all(map(_is_name, english)) else ())]
    return any(_is_written_in(shown_part(s), lang) for s in everywhere)


def _own(spellings: Mapping[str, Sequence[str]], key: str) -> list[str]:
    return [s for s in spellings.get(key, ()) if s[:1] != "$"]


def _missing(node: Node, sets: Mapping[str, TermSet], lang: str) -> tuple[str, ...]:
    """The sets for want of whose terms a part cannot hold in a language; none where it can."""
    if node.kind == "set":
        # One without any terms is told of as such.
        inside = [sets[name].spellings for name in expand(sets, node.value)]
        spoken = any(has_terms_in(spellings, lang) for spellings in inside) or not any(
            group for s in inside for group in s.values()
        )
        return () if spoken else (f"${node.value}",)
    # Who writes a word into a query itself knows of what language it is.
    below = [_missing(child, sets, lang) for child in (node.children if node.kind != "not" else ())]
    if node.kind == "or" and not all(below):
        return ()
    return tuple(dict.fromkeys(name for missing in below for name in missing))


def _is_name(spelling: str) -> bool:
    return next((c for c in shown_part(spelling) if c.isalpha()), "").isupper()


def _is_written_in(spelling: str, lang: str) -> bool:
    script = script_of(next((c for c in spelling if c.isalnum()), "").lower() or " ")
    return SCRIPT_LANGUAGE.get(script, lang) == lang
