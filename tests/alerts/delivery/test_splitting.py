"""A digest in parts: each base goes with its own story, however alike their keys are."""

from __future__ import annotations

from dataclasses import replace

from alerts.delivery.splitting import parts_of
from tests.alerts.digests.test_rendering import BASE, digest, story


def test_bases_go_with_their_stories() -> None:
    bases = tuple(replace(BASE, key=key) for key in ("park-1", "park-1-2", "zone:9", "park-3"))
    stories = (
        story(number=1),
        story(number=2, key="base:park-1-2"),
        story(number=3, key="base:park-1:launched", base="park-1"),
        story(number=4, key="base:zone:9"),
        story(number=5, key="base:merged-into-it", base="park-3"),
        story(number=6),
    )
    parts = parts_of(digest(*stories, bases=bases), [1] * 6, numbered=True)
    assert [[base.key for base in part.bases] for part in parts] == [
        [],
        ["park-1-2"],
        ["park-1"],
        ["zone:9"],
        ["park-3"],
        [],
    ]


def test_a_base_without_its_story_comes_last() -> None:
    parts = parts_of(digest(story(number=1), story(number=2), bases=(BASE,)), [1, 1], numbered=True)
    assert [len(part.bases) for part in parts] == [0, 1]
