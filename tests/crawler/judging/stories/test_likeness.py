"""How alike two reports are, where the answer is cut short for those that cannot be one event."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from crawler.judging.features import Feature, FeatureKind, feature
from crawler.judging.places.event_places import one_place
from crawler.judging.stories.grouping import Window, _holds_both
from crawler.judging.stories.likeness import Report, Scale, likeness, other_place
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


def test_what_a_story_says_of_a_place_is_what_each_of_its_reports_says() -> None:
    chance = Random(11)
    aside = parted = 0
    for number in range(400):
        report, *others = (_report(8 * number + n, chance) for n in range(chance.randrange(2, 8)))
        window = Window(reports={o.article: o for o in others})
        found = window._places(report, [o.article for o in others])
        here = [o for o in others if one_place(report.ground, o.ground)]
        expected = {
            o.article
            for o in others
            if other_place(report, o)
            and (any(other_place(h, o) for h in here) or any(_holds_both(h, report, o) for h in others))
        }
        assert set(found.set_aside) == expected
        left = [o for o in others if o.article not in expected]
        apart = sum(other_place(report, o) for o in left)
        is_elsewhere = apart > 0 and apart >= sum(one_place(report.ground, o.ground) for o in left)
        assert found.are_elsewhere == is_elsewhere
        aside += bool(expected)
        parted += is_elsewhere
    assert aside > 10 and parted > 10, "both must come often"
