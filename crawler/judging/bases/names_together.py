"""What the reports of a base call it together: for each language the name that an editor would print, and where it is from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from crawler.judging.bases.name_origins import (
    DESCRIBED,
    OFFICIAL,
    REPORT,
    TRANSLATION,
    NameOrigin,
    as_stored,
    joined_origin,
    origin_of,
)
from crawler.judging.bases.own_names import is_unspaced, partners_in, pieces
from crawler.judging.bases.proof import Proof
from crawler.judging.weights import weights

_DASHES = re.compile(r"\s*[-‐-―−—]+\s*")


MOST_NAMES = 64
"""So many names of a base are looked at in each language, those that most reports give: a base has few, and thousands of reports make mistakes."""


class NamedTogether(NamedTuple):
    """A name and where it comes from."""

    text: str
    origin: NameOrigin


class NameSaid(NamedTuple):
    """What reports call a base in a language, the first of them, and how many do."""

    text: str
    origin: str
    article: int
    times: int = 1


def names_by_language(ordered: Sequence[Proof]) -> dict[str, NamedTogether]:
    """The name of a base in each language.

    Args:
        ordered: what reports say of it, the earliest first.
    """
    namings: dict[str, dict[tuple[str, str], NameSaid]] = {}
    for proof in ordered:
        for lang, one in namings_in(proof):
            said = namings.setdefault(lang, {})
            known = said.get((one.text, one.origin))
            said[one.text, one.origin] = one if known is None else known._replace(times=known.times + 1)
    return {lang: name_together(_commonest([*found.values()]), lang) for lang, found in namings.items()}


def _commonest(namings: Sequence[NameSaid]) -> Sequence[NameSaid]:
    """The names that most reports give, in their order; of equals the earliest."""
    if len(namings) <= MOST_NAMES:
        return namings
    # Sorting is stable, and so the earliest of equals stay in front.
    places = sorted(range(len(namings)), key=lambda place: -namings[place].times)[:MOST_NAMES]
    return [namings[place] for place in sorted(places)]


def namings_in(proof: Proof) -> Iterator[tuple[str, NameSaid]]:
    """What one report calls a base, by language: in its own, and in English."""
    said = proof.mention
    origin = origin_of(said.name, said.name_origin, is_in_own_language=True)
    yield proof.lang, NameSaid(said.name, origin, proof.article)
    if said.name_en and proof.lang != "en":
        origin = origin_of(said.name_en, said.name_en_origin, is_in_own_language=False)
        yield "en", NameSaid(said.name_en, origin, proof.article)


def name_together(namings: Sequence[NameSaid], lang: str) -> NamedTogether:
    """The best of the names in a language: of reports before made ones, with its capitals, the fullest that enough give.

    Args:
        namings: at least one, in the order of their first reports.
        lang: the language.
    """
    if len(namings) == 1:
        (only,) = namings
        return NamedTogether(only.text, joined_origin([as_stored(only.origin, only.article)]))
    best = min(_rank(n) for n in namings)
    likely = [n for n in namings if _rank(n) == best]
    text = likely[0].text if len(likely) == 1 else _fullest(likely, lang)
    key = name_key(text)
    same = [n for n in likely if name_key(n.text) == key]
    return NamedTogether(text, joined_origin([as_stored(n.origin, n.article) for n in same]))


_RANKS: Mapping[str, int] = {OFFICIAL: 0, REPORT: 0, TRANSLATION: 2, DESCRIBED: 3}


def _rank(naming: NameSaid) -> int:
    """0 for the proper name of a report, 1 for what a report says in small letters, behind them what is made."""
    rank = _RANKS.get(naming.origin, 0)
    is_small = rank == 0 and naming.origin != OFFICIAL and naming.text == naming.text.lower()
    return rank + (is_small and not is_unspaced(naming.text))


def _fullest(said: Sequence[NameSaid], lang: str) -> str:
    """The longest of the names that at least half as many reports give as the commonest; the earliest of equals.

    A fuller one that only one report gives is taken where it adds to all of that one who takes part.
    """
    names = list(dict.fromkeys(n.text for n in said))
    if len(names) == 1:
        return names[0]
    counts: Counter[str] = Counter()
    for naming in said:
        counts[name_key(naming.text)] += naming.times
    least = weights().register.majority * max(counts.values())
    # The longest is the fullest; only among names that
    # enough reports give, or a single error would win.
    found = max((n for n in names if counts[name_key(n)] >= least), key=len)
    parties = partners_in(found, lang)
    fuller = [
        n
        for n in names
        if pieces(found) < pieces(n) and parties < partners_in(n, lang) and len(n) > len(found)
    ]
    found = min(fuller, key=len) if fuller and not parties else found
    return _best_spelling([n for n in said if name_key(n.text) == name_key(found)])


def _best_spelling(same: Sequence[NameSaid]) -> str:
    """Of spellings of one name the commonest; of equals the one with more capitals that is not shouted."""
    counts: Counter[str] = Counter()
    for naming in same:
        counts[naming.text] += naming.times
    return max(counts, key=lambda n: (counts[n], not n.isupper(), sum(c.isupper() for c in n)))


def name_key(name: str) -> str:
    """A name without what spellings of one name differ by: the kind of its dashes, capitals, blanks."""
    return " ".join(_DASHES.sub("-", name).casefold().split())
