"""Which of the words that a topic found are shown as the reason: those that a reader finds in the report, each once. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MOST_TERMS = 3
"""Terms that are shown beside a topic."""


def telling_terms(report: Any, evidence: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The terms of one report that say most, in the spelling that stands there.

    Several spellings can match at one place (企業 and 企业), and terms can stand within others (ລົດໄຟ in ທາງລົດໄຟ): the
    longest counts, in the report's own script. Words that stand only within a name (the border gate Hữu Nghị) are left out where
    there are others.

    Args:
        report: with ``title``, ``text`` and ``lang``.
        evidence: what a topic found in it: term, field, start and end of each place.
    """
    places = _longest(e for e in evidence if e["field"] in ("title", "text"))
    written = [(_written(report, place), place) for place in places]
    outside = [found for found in written if not _is_within_name(report, *found)]
    terms = dict.fromkeys(_spelled(text, place["term"]) for text, place in outside or written if text)
    return tuple(t for t in terms if not any(t != other and t.lower() in other.lower() for other in terms))[
        :MOST_TERMS
    ]


def _longest(evidence: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The places that lie within no other one; of several terms at one place the first."""
    kept: list[Mapping[str, Any]] = []
    # Sorted by length, so that a place is met after all that it can lie within.
    for place in sorted(evidence, key=lambda e: e["start"] - e["end"]):
        if not any(
            k["field"] == place["field"] and k["start"] <= place["start"] and place["end"] <= k["end"]
            for k in kept
        ):
            kept.append(place)
    # The headline first, then the text in its order.
    return sorted(kept, key=lambda e: (e["field"] != "title", e["start"]))


def _written(report: Any, place: Mapping[str, Any]) -> str:
    text = (report.title if place["field"] == "title" else report.text) or ""
    return " ".join(text[place["start"] : place["end"]].split())


def _spelled(written: str, term: str) -> str:
    """The term as its set spells it where only the case differs, else as the report writes it."""
    return term if written.lower() == term.lower() else written


def _is_within_name(report: Any, written: str, place: Mapping[str, Any]) -> bool:
    """Whether common words are written as a name: several words, all of them with a capital."""
    parts = written.split()
    if len(parts) < 2 or place["term"] != place["term"].lower():
        return False
    # English headlines have capitals everywhere.
    in_headline = report.lang == "en" and place["field"] == "title"
    return not in_headline and all(part[:1].isupper() and not part.isupper() for part in parts)
