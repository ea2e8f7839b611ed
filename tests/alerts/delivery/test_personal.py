"""A reader who declined a story gets neither it nor what comes of it, by whatever way: after an outage, after a pause, in a feed."""

from __future__ import annotations

from dataclasses import replace

from alerts.delivery.personal import is_empty, without
from alerts.identity.links import Grant
from alerts.readers import signup
from alerts.subscriptions import reader_feedback, reader_states
from alerts.subscriptions.reader_feedback import NOTHING, Declined, FeedbackKind
from crawler.config.settings import Settings
from crawler.store import Store
from tests.alerts.conftest import Inboxes
from tests.alerts.delivery_steps import TO, begin, mailing, send
from tests.alerts.digests.test_rendering import BASE, digest, story
from tests.builders import keep, later

DESK, CHIEF = TO
SIGNED = (
    "Agreement signed on China-Cambodia Solar Training Base",
    "China and Cambodia signed an agreement to build the China-Cambodia Solar Training Base in Sihanoukville.",
)
OPENED = (
    "China-Cambodia Solar Training Base opens in Sihanoukville",
    "The China-Cambodia Solar Training Base was officially opened in Sihanoukville on Friday by the two countries.",
)
RICE = "Cambodia and China sign a rice trade agreement"


def declining(store: Store, own: Settings) -> None:
    """The desk gets news of a base, and says that it is not for it."""
    begin(store, own)
    number = keep(store, *SIGNED, first_seen=later(minutes=1)).story or 0
    send(store, own, minutes=2)
    with store.write() as connection:
        reader_feedback.say(connection, "desk", DESK, number, FeedbackKind.NOT_FOR_ME, later(minutes=3))


def texts(inboxes: Inboxes, reader: str) -> list[str]:
    """The mails that a reader got since the first."""
    bodies = (mail.get_body(("plain",)) for to, mail in inboxes.mails if to == reader)
    return [body.get_content() for body in bodies if body is not None][1:]


def test_a_catch_up_after_an_outage_leaves_it_out(store: Store, inboxes: Inboxes) -> None:
    own = mailing(inboxes.port)
    declining(store, own)
    inboxes.sender = "451 try later"
    keep(store, RICE, first_seen=later(days=90))
    send(store, own, days=90, minutes=1)
    keep(store, *OPENED, first_seen=later(days=90, minutes=2))
    send(store, own, days=90, minutes=3)
    inboxes.sender = ""
    send(store, own, days=90, hours=5)
    (desk,), (chief,) = texts(inboxes, DESK), texts(inboxes, CHIEF)
    assert RICE in desk
    assert RICE in chief
    assert "Solar" not in desk
    assert "Solar" in chief


def test_what_was_missed_in_a_pause_comes_without_it(store: Store, inboxes: Inboxes) -> None:
    own = mailing(inboxes.port)
    declining(store, own)
    with store.write() as connection:
        reader_states.pause(connection, "desk", DESK, later(minutes=4))
    keep(store, RICE, first_seen=later(days=90))
    keep(store, *OPENED, first_seen=later(days=90))
    send(store, own, days=90, minutes=1)
    with store.write() as connection:
        serial = reader_states.serial_of(connection, "desk", DESK)
        grant = Grant("change", "desk", DESK, serial=serial)
        signup.resume(connection, own, None, grant, later(days=90, minutes=2))
    send(store, own, days=90, minutes=3)
    (desk,), (chief,) = texts(inboxes, DESK), texts(inboxes, CHIEF)
    assert RICE in desk
    assert "Solar" not in desk
    assert "Solar" in chief


def test_a_digest_is_the_same_one_unless_something_of_it_was_declined() -> None:
    told = digest(story("A", 1, base=BASE.key), story("B", 2), bases=(replace(BASE, story=1),))
    assert without(told, NOTHING) is told
    assert without(told, Declined(frozenset({9}), frozenset({"another"}))) is told
    assert [s.story for s in without(told, Declined(bases=frozenset({BASE.key}))).stories] == [2]
    left = without(told, Declined(stories=frozenset({1})))
    assert ([s.story for s in left.stories], left.bases) == ([2], ())
    assert is_empty(without(told, Declined(stories=frozenset({1, 2}))))
