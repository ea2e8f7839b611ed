"""From alerts to inboxes: each recipient once, failures tried again, refusals for good given up."""

from __future__ import annotations

from typing import Any

from alerts.delivery import outbox
from alerts.delivery.result import DispatchResult
from alerts.subscriptions.subscriptions import set_paused
from alerts.subscriptions.suppression import lift, load_suppressions
from crawler.config.settings import Settings
from crawler.store import Store
from tests.alerts.conftest import Inboxes
from tests.alerts.delivery_steps import TALKS, TO, begin, send, statuses, talks
from tests.alerts.delivery_steps import mailing as desk_mailing
from tests.builders import keep, later


def mailing(inboxes: Inboxes, **subscription: Any) -> Settings:
    return desk_mailing(inboxes.port, subscription, max_attempts=3)


def test_each_recipient_gets_a_story_once(store: Store, inboxes: Inboxes) -> None:
    own = mailing(inboxes)
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2) == DispatchResult(
        alerts=1, digests=1, sent=2, put_off=0, deferred=0, given_up=0
    )
    assert send(store, own, minutes=3) == DispatchResult(0, 0, 0, 0, 0, 0)
    assert sorted(inboxes.recipients) == sorted(TO)


def test_a_mail_is_whole(store: Store, inboxes: Inboxes) -> None:
    own = mailing(inboxes)
    begin(store, own)
    talks(store)
    send(store, own, minutes=2)
    _, mail = inboxes.mails[0]
    assert mail["Subject"] == TALKS
    assert mail["From"] == "ASEAN Watch <watch@example.org>"
    assert mail["To"] == "desk@example.org"
    assert mail["List-Id"] == '"desk" <desk.example.org>'
    assert mail["Message-ID"].endswith("@example.org>")
    assert TALKS in mail.get_body(("plain",)).get_content()
    assert "<h3" in mail.get_body(("html",)).get_content()
    assert inboxes.mails[0][1]["Message-ID"] != inboxes.mails[1][1]["Message-ID"]


def test_a_daily_digest_waits_for_its_hour(store: Store, inboxes: Inboxes) -> None:
    own = mailing(inboxes, when="daily 20:00", timezone="UTC")
    begin(store, own)
    talks(store)
    assert send(store, own, hours=7).digests == 0
    assert send(store, own, hours=8).sent == 2
    assert send(store, own, hours=9).digests == 0
    assert send(store, own, days=1, hours=9).digests == 0  # nothing is new


def test_a_sign_of_life_is_sent_only_if_asked_for(store: Store, inboxes: Inboxes) -> None:
    own = mailing(inboxes, when="daily 20:00", timezone="UTC", sign_of_life=True)
    begin(store, own)
    assert send(store, own, hours=8).sent == 2
    assert inboxes.mails[0][1]["Subject"].startswith("No news")


def test_a_paused_subscription_gets_what_it_missed_when_it_goes_on(store: Store, inboxes: Inboxes) -> None:
    own = mailing(inboxes)
    begin(store, own)
    with store.write() as connection:
        set_paused(connection, "desk", paused=True)
    talks(store)
    assert send(store, own, minutes=2).sent == 0
    with store.write() as connection:
        set_paused(connection, "desk", paused=False)
    assert send(store, own, minutes=3).sent == 2


def test_a_mail_server_that_is_down_is_tried_again_later(store: Store, inboxes: Inboxes) -> None:
    own = mailing(inboxes)
    down = desk_mailing(9, max_attempts=3)
    begin(store, own)
    talks(store)
    assert send(store, down, minutes=2) == DispatchResult(1, 1, sent=0, put_off=1, deferred=1, given_up=0)
    assert send(store, own, minutes=2, seconds=20).sent == 0  # not due yet
    assert send(store, own, minutes=3).sent == 2
    assert statuses(store) == ["sent", "sent"]


def test_a_recipient_who_is_refused_for_good_does_not_hold_up_the_other(
    store: Store, inboxes: Inboxes
) -> None:
    own = mailing(inboxes)
    inboxes.refuse["desk@example.org"] = "550 no such user"
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2) == DispatchResult(1, 1, sent=1, put_off=0, deferred=0, given_up=1)
    assert inboxes.recipients == ["chief@example.org"]
    inboxes.refuse.clear()
    with store.write() as connection:
        assert outbox.retry(connection, None, later(minutes=3)) == 1
        assert load_suppressions(connection) == {"desk@example.org": "unknown address"}
        lift(connection, "Desk@example.org")
    assert send(store, own, minutes=4).sent == 1


def test_a_recipient_who_is_refused_for_now_is_given_up_after_the_last_try(
    store: Store, inboxes: Inboxes
) -> None:
    own = mailing(inboxes, to=["desk@example.org"])
    inboxes.refuse["desk@example.org"] = "451 come back later"
    begin(store, own)
    talks(store)
    assert [send(store, own, hours=h).put_off for h in (1, 2)] == [1, 1]
    assert send(store, own, hours=3).given_up == 1
    assert statuses(store) == ["failed"]


def test_only_one_process_sends(store: Store, inboxes: Inboxes) -> None:
    own = mailing(inboxes)
    begin(store, own)
    talks(store)
    with Store(str(store.url)).lock("outbox email"):
        assert send(store, own, minutes=2).sent == 0
    assert send(store, own, minutes=2).sent == 2


def test_two_stories_of_a_round_come_in_one_message(store: Store, inboxes: Inboxes) -> None:
    own = mailing(inboxes, to=["desk@example.org"])
    begin(store, own)
    talks(store)
    keep(
        store,
        "China and Thailand agree on rice exports",
        "Farm cooperation between China and Thailand grows.",
        first_seen=later(minutes=1),
    )
    assert send(store, own, minutes=2) == DispatchResult(
        alerts=2, digests=1, sent=1, put_off=0, deferred=0, given_up=0
    )
    assert inboxes.mails[0][1]["Subject"].endswith(", and 1 more")
