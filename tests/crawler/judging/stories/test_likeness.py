"""How alike two reports are, where the answer is cut short for those that cannot be one event."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from crawler.judging.features import Feature, FeatureKind, feature
from crawler.judging.stories.likeness import Report, Scale, likeness
from crawler.judging.weights import JudgingWeights, using

NOON = datetime(2025, 11, 28, 12, tzinfo=UTC)
_NAMED = {
    FeatureKind.PARTY: ("CN", "VN", "LA", "TH"),
    FeatureKind.PLACE: ("Nanning", "Hanoi", "Bangkok", "Vientiane"),
    FeatureKind.SITE: ("Nanning", "Hanoi", "Bangkok"),
    FeatureKind.LAND: ("VN", "LA", "TH"),
    FeatureKind.EDITION: ("China-ASEAN Expo#22", "China-ASEAN Expo#23"),
    FeatureKind.ENTITY: ("China-ASEAN Expo", "Xi Jinping", "China-Laos Railway"),
    FeatureKind.HEADLINED: ("Xi Jinping", "China-Laos Railway"),
    FeatureKind.CONCEPT: ("talks", "rice", "rail", "base", "agreement", "solar"),
    FeatureKind.TOPIC: ("trade", "health", "transport"),
    FeatureKind.BASE_KIND: ("park", "laboratory"),
    FeatureKind.PURPOSE: ("rice", "rail", "solar"),
    FeatureKind.DAY: ("2025-11-28", "2025-11-29"),
    FeatureKind.NUMBER: ("1000", "3217"),
}


def _stories_with(name: str) -> int:
    return len(name) % 7 + 3 * (name[-1] in "147")


def _report(number: int, chance: Random) -> Report:
    named = {
        feature(kind, value) for kind, values in _NAMED.items() for value in values if chance.random() < 0.4
    }
    words = {Feature(f"w:word{chance.randrange(12)}") for _ in range(8)}
    when = NOON + timedelta(hours=chance.randrange(-60, 60))
    lang = chance.choice(("en", "en", "vi"))
    return Report(number, number, lang, when, frozenset(named), frozenset(words), chance.random() < 0.9)


@pytest.mark.parametrize("bonus", [0.0, 9.0])
def test_what_is_cut_short_is_below_what_was_asked_for_and_nothing_else_is_changed(bonus: float) -> None:
    chance = Random(7)
    packaged = JudgingWeights()
    # An operator may let a contradiction speak for one event: then nothing may be cut short before it.
    odd = replace(
        packaged, likeness=replace(packaged.likeness, other_days=bonus or packaged.likeness.other_days)
    )
    below = 0
    with using(odd):
        for number in range(600):
            a, b = _report(2 * number, chance), _report(2 * number + 1, chance)
            # Words of all days, of which some stories are those that are compared.
            counted = Scale(lambda name: (_stories_with(name),) * 2, 40, 40)
            scale = chance.choice((Scale(), counted, counted.without(2, 3)))
            whole = likeness(a, b, scale)
            for least in (-8.0, -2.0, 0.0, 4.0, whole.odds):
                found = likeness(a, b, scale, worth_it=least)
                assert (found == whole) if whole.odds >= least else found.odds < least
                below += whole.odds < least
    assert 200 < below < 2200, "both sides must come often"
