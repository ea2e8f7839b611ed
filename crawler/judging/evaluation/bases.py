"""New bases: whether they are seen, and whether name, stage, day and key are told right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from crawler.judging.bases.name_verdicts import NameVerdict, name_verdict, verdict_on
from crawler.judging.evaluation.names import likeness, names_of
from crawler.judging.evaluation.rows import LabelledPair
from crawler.judging.evaluation.tallies import CountForm, StoryCounts

_SAME_NAME = 0.8
"""Bases of two stories with names so alike are perhaps one base, and prove nothing about keys."""


class SeenBase(NamedTuple):
    """A base that was rightly seen as new, beside its labels."""

    pair: LabelledPair
    gold: Mapping[str, Any]
    guess: Mapping[str, Any]


def hits(pairs: Sequence[LabelledPair]) -> list[SeenBase]:
    """The bases of reports of new bases that were seen as such, each with the one that it is most like."""
    found = []
    for pair in pairs:
        if pair.gold["new_base"] and pair.guess.get("new_base"):
            left = list(pair.guess.get("bases") or ())
            for base in pair.gold.get("bases") or ():
                best = max(left, key=lambda one: _match(one, base), default=None)
                if best is not None:
                    left.remove(best)
                    found.append(SeenBase(pair, base, best))
    return found


def _match(guess: Mapping[str, Any], base: Mapping[str, Any]) -> float:
    return max((likeness(guess.get("name") or "", name) for name in names_of(base)), default=0.0)


def by_stage(pairs: Sequence[LabelledPair]) -> dict[str, StoryCounts]:
    """For each stage how many of its new bases were seen."""
    found: dict[str, StoryCounts] = defaultdict(lambda: StoryCounts(CountForm.SHARE))
    for pair in pairs:
        stages = {base.get("stage") for base in pair.gold.get("bases") or ()} - {None}
        for stage in stages if pair.gold["new_base"] else ():
            found[stage].add(pair.story, bool(pair.guess.get("new_base")), 1)
    return dict(sorted(found.items()))


def near_misses(pairs: Sequence[LabelledPair]) -> dict[str, StoryCounts]:
    """For each kind of report on bases that is not of a new one how many passed for one."""
    found: dict[str, StoryCounts] = defaultdict(lambda: StoryCounts(CountForm.SHARE))
    for pair in pairs:
        if pair.gold.get("near_miss") and not pair.gold["new_base"]:
            found[pair.gold["near_miss"]].add(pair.story, bool(pair.guess.get("new_base")), 1)
    return dict(sorted(found.items()))


def names(seen: Sequence[SeenBase]) -> dict[str, StoryCounts]:
    """How many names are exact, acceptable to an editor, too short, ragged, wrong."""
    verdicts = (
        (hit, verdict_on(hit.guess.get("name") or "", hit.gold, hit.pair.gold["lang"])) for hit in seen
    )
    return _by_verdict(verdicts)


def english_names(seen: Sequence[SeenBase]) -> dict[str, StoryCounts]:
    """The same of English names, where the labels have one."""
    verdicts = (
        (hit, name_verdict(hit.guess.get("name_en") or "", [hit.gold["name_en"]], "en"))
        for hit in seen
        if hit.gold.get("name_en")
    )
    return _by_verdict(verdicts)


def _by_verdict(verdicts: Iterable[tuple[SeenBase, NameVerdict]]) -> dict[str, StoryCounts]:
    found = {str(kind): StoryCounts(CountForm.SHARE) for kind in NameVerdict}
    for hit, verdict in verdicts:
        for kind in NameVerdict:
            found[kind].add(hit.pair.story, verdict is kind, 1)
    return found


def stages(seen: Sequence[SeenBase]) -> StoryCounts:
    """How often the stage is right, where the labels know it."""
    tally = StoryCounts(CountForm.SHARE)
    for hit in seen:
        if hit.gold.get("stage"):
            tally.add(hit.pair.story, hit.guess.get("stage") == hit.gold["stage"], 1)
    return tally


def days(seen: Sequence[SeenBase]) -> dict[str, StoryCounts]:
    """How many days that were told are right, how many bases got one that no report tells, and how many lack theirs."""
    right, invented, missed = (StoryCounts(CountForm.SHARE) for _ in range(3))
    for hit in seen:
        wanted, given = hit.gold.get("date"), hit.guess.get("date")
        invented.add(hit.pair.story, bool(given and not wanted), 1)
        if wanted:
            missed.add(hit.pair.story, not given, 1)
            if given:
                # A label may know the month alone.
                right.add(hit.pair.story, given.startswith(wanted), 1)
    return {"right": right, "invented": invented, "missed": missed}


def keys(seen: Sequence[SeenBase]) -> dict[str, StoryCounts]:
    """How many pairs of reports of one base share a key, and how many reports share one with another base."""
    same, different = StoryCounts(CountForm.SHARE), StoryCounts(CountForm.SHARE)
    clashing: set[int] = set()
    for (i, one), (j, other) in combinations(enumerate(seen), 2):
        shared = bool(one.guess.get("key")) and one.guess.get("key") == other.guess.get("key")
        if _one_base(one, other):
            same.add(one.pair.story, shared, 1)
        elif shared and not _alike(one, other):
            clashing.update((i, j))
    for i, hit in enumerate(seen):
        different.add(hit.pair.story, i in clashing, 1)
    return {"same base": same, "different bases": different}


def _one_base(one: SeenBase, other: SeenBase) -> bool:
    """Whether two reports are of one base: of one story, which has one base or names it alike."""
    if one.pair.story != other.pair.story or one.pair is other.pair:
        return False
    alone = all(len(hit.pair.gold["bases"]) == 1 for hit in (one, other))
    return alone or _alike(one, other)


def _alike(one: SeenBase, other: SeenBase) -> bool:
    pairs = ((a, b) for a in names_of(one.gold) for b in names_of(other.gold))
    return any(likeness(a, b) >= _SAME_NAME for a, b in pairs)
