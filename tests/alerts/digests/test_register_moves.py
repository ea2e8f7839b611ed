"""The weekly digest says what moved in the register: each move once, in the week in which it became known."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from alerts.delivery import outbox
from alerts.delivery.dispatch import make_due
from alerts.digests.digest import Digest
from alerts.digests.register_moves import register_moves
from alerts.digests.render import render
from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions.subscriptions import register
from crawler.config.settings import Settings, Source
from crawler.store import Store
from crawler.store.schema import digests
from tests.builders import NOON, keep, later, settings
from tests.machine_words import assisted, translate_all

SIGNED = (
    "Agreement signed on China-Cambodia Solar Training Base",
    "China and Cambodia signed an agreement to build the China-Cambodia Solar Training Base in Sihanoukville.",
)
OPENED = (
    "China-Cambodia Solar Training Base opens in Sihanoukville",
    "The China-Cambodia Solar Training Base was officially opened in Sihanoukville on Friday by the two countries.",
)


def weekly(**more: Any) -> Settings:
    return settings(
        {"name": "desk", "to": ["a@example.org"], "when": "weekly mon 07:30", "timezone": "UTC", **more}
    )


def moves(store: Store, own: Settings, start: float, end: float) -> list[tuple[str | None, str, str]]:
    """What moved between two days after noon: from which stage to which, and the day."""
    with store.read() as connection:
        found = register_moves(connection, own, own.subscriptions[0], later(days=start), later(days=end))
    return [(m.before, m.stage, m.day) for m in found]


@pytest.fixture
def base(store: Store) -> Store:
    """A store with a base that was agreed on first and opened a hundred days later."""
    keep(store, *SIGNED, first_seen=later(minutes=1), published=later(minutes=1))
    keep(store, *OPENED, first_seen=later(days=100), published=later(days=100))
    return store


def test_each_move_comes_once_in_the_week_in_which_it_became_known(base: Store) -> None:
    own = weekly()
    assert moves(base, own, -1, 6) == [(None, "signed", "2025-11-28")]
    assert moves(base, own, 6, 99) == []
    (opened,) = moves(base, own, 99, 106)
    assert opened[:2] == ("signed", "launched")
    assert moves(base, own, 106, 113) == []


def test_what_an_archive_brings_is_no_move_of_this_week(store: Store) -> None:
    keep(store, *OPENED, first_seen=later(days=100), published=NOON)
    assert moves(store, weekly(), 99, 106) == []


@pytest.mark.parametrize(
    ("more", "is_shown"),
    [
        ({"countries": ["KH"]}, True),
        ({"countries": ["VN"]}, False),
        ({"topics": ["demonstration_base"]}, True),
        ({"topics": ["rail"]}, False),
        ({"when": "daily 07:30"}, False),
        ({"when": "instant"}, False),
    ],
)
def test_filters_count_and_only_weekly_digests_have_it(
    base: Store, more: dict[str, Any], is_shown: bool
) -> None:
    assert bool(moves(base, weekly(**more), -1, 6)) is is_shown


def made(store: Store, own: Settings, days: float) -> Digest | None:
    """The digest that is due some days after noon."""
    raise_alerts(store, own, later(days=days))
    make_due(store, own, later(days=days))
    with store.read() as connection:
        number = connection.scalar(
            digests.select().with_only_columns(digests.c.id).order_by(digests.c.id.desc())
        )
        return outbox.digest_of(connection, number) if number else None


def test_the_mail_has_a_section_with_days_and_proofs(store: Store) -> None:
    own = weekly(topics=["demonstration_base"])
    with store.write() as connection:
        register(connection, own, NOON)
    keep(store, *SIGNED, first_seen=later(minutes=1), published=later(minutes=1))
    first = made(store, own, 4)
    assert first is not None
    page = BeautifulSoup(render(first).html, "lxml")
    section = page.select_one('section[aria-label="In the register"]')
    assert section is not None
    (line,) = section.select("li")
    assert line.get_text().startswith(
        "New: signed, 28 Nov 2025: China-Cambodia Solar Training Base (Sihanoukville"
    )
    assert SIGNED[1] in line.get_text()
    assert line.a["href"].startswith("https://outlet.example/")  # type: ignore[index]
    text = render(first).text
    assert "IN THE REGISTER" in text
    keep(store, *OPENED, first_seen=later(days=100), published=later(days=100))
    second = made(store, own, 104)
    assert second is not None
    assert "Signed → launched, " in render(second).text


def test_a_week_without_moves_has_no_such_section(store: Store) -> None:
    own = weekly()
    with store.write() as connection:
        register(connection, own, NOON)
    keep(store, "China and Vietnam widen trade cooperation", first_seen=later(minutes=1))
    digest = made(store, own, 4)
    assert digest is not None
    assert digest.register == ()
    assert "In the register" not in render(digest).html


def test_what_moves_between_the_hour_of_a_digest_and_when_it_is_made_comes_once(store: Store) -> None:
    own = weekly()
    with store.write() as connection:
        register(connection, own, NOON)
    # It is due at 07:30 of the third day after, and the service was down until the fourth.
    keep(store, *SIGNED, first_seen=later(days=3.5), published=later(days=3.5))
    late, next_one = made(store, own, 4), made(store, own, 11)
    assert late is not None and next_one is not None
    assert [len(digest.register) for digest in (late, next_one)] == [0, 1]


def test_moves_are_read_in_the_reader_s_language_unless_their_source_forbids_it(base: Store) -> None:
    translate_all(base, to="id")
    wanted = weekly(language="id", languages=["id"])
    source = Source(name="outlet", url="https://outlet.example/feed")
    for allowed in (True, False):
        own = assisted(wanted).model_copy(
            update={"sources": (source.model_copy(update={"assist": allowed}),)}
        )
        with base.read() as connection:
            (move,) = register_moves(connection, own, own.subscriptions[0], later(days=-1), later(days=6))
        assert (move.sentence_translation is not None) is allowed
        assert (move.machine_name is not None) is allowed
