"""Sending through a mail server that misbehaves: nothing is lost, nobody is troubled by another's trouble, repeats keep their id."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.delivery import breaker, outbox
from alerts.delivery.result import DispatchResult
from alerts.delivery.send import Sender
from alerts.subscriptions.suppression import suppress
from crawler.store import Store
from tests.alerts.conftest import Inboxes, Serve, certificate, knows
from tests.alerts.delivery_steps import TALKS, TO, begin, listed, mailing, send, statuses, talks
from tests.builders import later

RICE = "Thailand and China agree on rice exports"
TEN = [f"reader{n}@example.org" for n in range(10)]


def test_one_of_ten_who_is_refused_harms_nobody_else(store: Store, inboxes: Inboxes) -> None:
    inboxes.refuse[TEN[4]] = "550 5.1.1 no such user here"
    own = mailing(inboxes.port, {"to": TEN})
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2) == DispatchResult(1, 1, sent=9, put_off=0, deferred=0, given_up=1)
    assert Counter(inboxes.recipients) == Counter(set(TEN) - {TEN[4]})
    talks(store, RICE, minutes=3)
    assert send(store, own, minutes=4).sent == 9
    assert [r["failure"] for r in listed(store) if r["status"] == "failed"] == [
        "suppressed",
        "unknown address",
    ]


def test_every_reader_gets_an_own_message(store: Store, inboxes: Inboxes) -> None:
    own = mailing(inboxes.port, {"to": TEN})
    begin(store, own)
    talks(store)
    send(store, own, minutes=2)
    assert all(mail["To"] == to for to, mail in inboxes.mails)
    for raw, (to, _) in zip(inboxes.raw, inboxes.mails, strict=True):
        assert not any(other.encode() in raw for other in TEN if other != to)


def test_a_greylisted_message_comes_back_after_some_minutes(store: Store, inboxes: Inboxes) -> None:
    inboxes.refuse = dict.fromkeys(TO, "450 4.7.1 greylisted, come back later")
    own = mailing(inboxes.port)
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).put_off == 2
    inboxes.refuse = {}
    assert send(store, own, minutes=5).sent == 0
    assert send(store, own, minutes=9).sent == 2
    assert {r["failure"] for r in listed(store)} == {None}


def test_who_asks_to_slow_down_speaks_for_the_domain(store: Store, inboxes: Inboxes) -> None:
    inboxes.refuse[TO[0]] = "451 4.7.0 too many messages, slow down"
    own = mailing(inboxes.port, {"to": [*TO, "desk@elsewhere.example"]})
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).sent == 1
    assert inboxes.recipients == ["desk@elsewhere.example"]
    assert statuses(store) == ["pending", "pending", "sent"]
    assert send(store, own, minutes=2, seconds=30).deferred == 0
    inboxes.refuse.clear()
    assert send(store, own, minutes=6).sent == 2


def test_a_connection_that_is_lost_after_the_message_leaves_a_doubt_and_the_same_id(
    store: Store, inboxes: Inboxes
) -> None:
    inboxes.drops = 1
    own = mailing(inboxes.port, {"to": TO[:1]})
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).put_off == 1
    (row,) = listed(store)
    assert (row["status"], row["failure"], row["in_doubt"]) == ("pending", "in doubt", True)
    assert send(store, own, minutes=30).sent == 1
    assert len(inboxes.mails) == 2
    assert len({mail["Message-ID"] for _, mail in inboxes.mails}) == 1
    assert inboxes.raw[0] == inboxes.raw[1]
    assert not listed(store)[0]["in_doubt"]


def test_a_doubtful_message_is_not_merged_with_later_news(store: Store, inboxes: Inboxes) -> None:
    inboxes.drops = 1
    own = mailing(inboxes.port, {"to": TO[:1]})
    begin(store, own)
    talks(store)
    send(store, own, minutes=2)
    talks(store, RICE, minutes=3)
    assert send(store, own, minutes=40).sent == 2
    assert len({mail["Message-ID"] for _, mail in inboxes.mails}) == 2
    assert len(inboxes.mails) == 3


def test_a_server_that_stalls_is_left_in_doubt(store: Store, inboxes: Inboxes) -> None:
    inboxes.stalls = True
    own = mailing(inboxes.port, {"to": TO[:1]}, {"timeout": "0.1s"})
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).put_off == 1
    assert listed(store)[0]["failure"] == "in doubt"
    inboxes.stalls = False
    assert send(store, own, minutes=30).sent == 1


def test_a_message_that_is_refused_whole_is_given_up_and_its_reader_is_not(
    store: Store, inboxes: Inboxes
) -> None:
    inboxes.data = ["554 5.6.0 we do not like it"]
    own = mailing(inboxes.port, {"to": TO[:1]})
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).given_up == 1
    talks(store, RICE, minutes=3)
    assert send(store, own, minutes=4).sent == 1


@pytest.mark.parametrize("pipelining", [True, False])
def test_a_refused_reader_does_not_disturb_the_conversation(
    store: Store, inboxes: Inboxes, pipelining: bool
) -> None:
    inboxes.pipelining = pipelining
    inboxes.refuse = dict.fromkeys(TEN[::2], "452 4.2.2 mailbox full")
    own = mailing(inboxes.port, {"to": TEN})
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2) == DispatchResult(1, 1, sent=5, put_off=5, deferred=0, given_up=0)
    assert sorted(inboxes.recipients) == TEN[1::2]
    assert inboxes.connections == 1


def test_a_refused_sender_is_nobodys_fault(store: Store, inboxes: Inboxes) -> None:
    inboxes.sender = "553 5.7.1 you may not send as that"
    own = mailing(inboxes.port)
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).given_up == 0
    assert statuses(store) == ["pending", "pending"]
    inboxes.sender = ""
    assert send(store, own, minutes=5).sent == 2


def test_a_server_that_is_down_is_asked_by_one_message_at_a_time(store: Store, inboxes: Inboxes) -> None:
    own, down = mailing(inboxes.port, {"to": TEN}), mailing(9, {"to": TEN})
    begin(store, own)
    talks(store)
    assert send(store, down, minutes=2) == DispatchResult(1, 1, sent=0, put_off=1, deferred=9, given_up=0)
    assert send(store, down, minutes=2, seconds=5) == DispatchResult(
        0, 0, sent=0, put_off=0, deferred=9, given_up=0
    )
    with store.read() as connection:
        (state,) = breaker.states(connection)
    assert (state.channel, state.failures) == ("email", 1)
    assert "127.0.0.1:9" in state.error
    assert send(store, own, minutes=4).sent == 10
    with store.read() as connection:
        assert breaker.states(connection) == []


def test_after_an_outage_of_days_a_reader_gets_one_message_with_everything(
    store: Store, inboxes: Inboxes
) -> None:
    own, down = mailing(inboxes.port), mailing(9)
    begin(store, own)
    places = ["Laos", "Thailand", "Malaysia", "Cambodia", "Indonesia", "Myanmar"]
    for day, place in enumerate(places):
        talks(
            store,
            f"China and {place} sign agreement {day + 3} on trade cooperation in {place}",
            days=day,
            minutes=1,
        )
        for hour in range(0, 24, 6):
            assert send(store, down, days=day, hours=hour, minutes=2).given_up == 0
    assert set(statuses(store)) == {"pending", "merged"} or set(statuses(store)) == {"pending"}
    assert send(store, own, days=7).sent == 2
    assert sorted(inboxes.recipients) == sorted(TO)
    text = inboxes.mails[0][1].get_body(("plain",)).get_content()
    assert all(place in text for place in places)
    assert Counter(statuses(store))["sent"] == 2
    assert send(store, own, days=8) == DispatchResult(0, 0, 0, 0, 0, 0)


def test_a_reader_whose_mailbox_was_full_for_days_gets_one_message_too(
    store: Store, inboxes: Inboxes
) -> None:
    inboxes.refuse[TO[0]] = "452 4.2.2 mailbox full"
    own = mailing(inboxes.port)
    begin(store, own)
    for day, place in enumerate(["Laos", "Thailand", "Malaysia"]):
        talks(
            store,
            f"China and {place} sign agreement {day + 3} on trade cooperation in {place}",
            days=day,
            minutes=1,
        )
        send(store, own, days=day, minutes=2)
    assert inboxes.recipients == [TO[1]] * 3
    inboxes.refuse.clear()
    assert send(store, own, days=3).sent == 1
    assert inboxes.recipients[3:] == [TO[0]]
    assert "Laos" in str(inboxes.mails[-1][1].get_body(("plain",)).get_content())


def test_a_suppressed_address_gets_nothing_and_that_is_told(store: Store, inboxes: Inboxes) -> None:
    own = mailing(inboxes.port)
    begin(store, own)
    with store.write() as connection:
        suppress(connection, "Chief <CHIEF@example.org>", "by command", "left", later(minutes=1))
    talks(store)
    assert send(store, own, minutes=2) == DispatchResult(1, 1, sent=1, put_off=0, deferred=0, given_up=1)
    assert inboxes.recipients == ["desk@example.org"]
    assert "suppressed (by command)" in next(r["error"] for r in listed(store) if r["status"] == "failed")


def test_a_domain_and_a_channel_keep_their_pace(store: Store, inboxes: Inboxes) -> None:
    others = [f"reader{n}@elsewhere.example" for n in range(10)]
    own = mailing(inboxes.port, {"to": TEN + others}, rates={"elsewhere.example": "3/m", "email": "8/m"})
    begin(store, own)
    talks(store)
    done = send(store, own, minutes=2)
    assert (done.sent, done.deferred) == (8, 12)
    assert send(store, own, minutes=2, seconds=30).sent == 0
    assert send(store, own, minutes=3, seconds=1).sent == 2 + 3
    assert sum(to.endswith("elsewhere.example") for to in inboxes.recipients) <= 6
    for minute in range(5, 20):
        send(store, own, minutes=minute)
    assert Counter(inboxes.recipients) == Counter(TEN + others)


def test_several_connections_share_the_work(store: Store, inboxes: Inboxes) -> None:
    own = mailing(inboxes.port, {"to": TEN}, {"connections": 3})
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).sent == 10
    assert Counter(inboxes.recipients) == Counter(TEN)
    assert inboxes.connections == 3


def test_a_connection_is_kept_between_rounds_and_replaced_when_it_was_cut(store: Store, serve: Serve) -> None:
    inboxes = serve()
    own = mailing(inboxes.port, {"to": TO[:1]})
    begin(store, own)
    sender = Sender(store, own)
    for minute, place in ((1, "Laos"), (3, "Thailand"), (5, "Malaysia")):
        talks(store, f"China and {place} sign agreement {minute} on trade cooperation", minutes=minute)
        if place == "Malaysia":
            for channel in sender._channels.values():
                channel.abort()  # as a server that closes idle connections
        assert send(store, own, sender, minutes=minute + 1).sent == 1
    sender.close()
    assert inboxes.connections == 2


def test_an_old_failure_can_be_tried_again_or_dropped(store: Store, inboxes: Inboxes) -> None:
    inboxes.data = ["554 no", "554 no"]
    own = mailing(inboxes.port)
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).given_up == 2
    numbers = sorted(r["id"] for r in listed(store))
    with store.write() as connection:
        outbox.drop(connection, numbers[0])
        assert outbox.retry(connection, None, later(minutes=3)) == 1
    assert send(store, own, minutes=4).sent == 1
    assert statuses(store) == ["dropped", "sent"]
    with store.write() as connection:
        assert outbox.retry(connection, numbers[0], later(minutes=5)) == 1
    assert send(store, own, minutes=6).sent == 1


def test_a_recipient_is_given_up_after_five_days_and_an_outage_does_not_count(
    store: Store, inboxes: Inboxes
) -> None:
    inboxes.refuse = dict.fromkeys(TO, "450 4.3.2 not now")
    own, down = mailing(inboxes.port), mailing(9)
    begin(store, own)
    talks(store)
    for day in range(6):
        assert send(store, down, days=day, minutes=2).given_up == 0
    assert send(store, own, days=6).put_off == 2
    assert send(store, own, days=8).put_off == 2
    assert send(store, own, days=12).given_up == 2


def test_tls_with_a_certificate_that_is_trusted(store: Store, serve: Serve, tmp_path: Path) -> None:
    good = certificate(tmp_path)
    inboxes = serve(ssl_context=good.context)
    own = mailing(inboxes.port, {"to": TO[:1]}, {"security": "tls", "trust": str(good.file)})
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).sent == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_gets_no_mail(
    store: Store, serve: Serve, tmp_path: Path, security: str
) -> None:
    bad = certificate(tmp_path)
    inboxes = serve(**({"ssl_context": bad.context} if security == "tls" else {"tls_context": bad.context}))
    own = mailing(inboxes.port, {"to": TO[:1]}, {"security": security})
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).put_off == 1
    assert "certificate" in listed(store)[0]["error"]
    assert inboxes.mails == []


def test_a_certificate_for_another_name_gets_no_mail(store: Store, serve: Serve, tmp_path: Path) -> None:
    other = certificate(tmp_path, "mail.elsewhere.example")
    inboxes = serve(ssl_context=other.context)
    own = mailing(inboxes.port, {"to": TO[:1]}, {"security": "tls", "trust": str(other.file)})
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).put_off == 1
    assert inboxes.mails == []


@pytest.mark.parametrize(("password", "sent"), [("a secret", 1), ("wrong secret", 0)])
def test_a_login_over_starttls(store: Store, serve: Serve, tmp_path: Path, password: str, sent: int) -> None:
    good = certificate(tmp_path)
    inboxes = serve(
        tls_context=good.context,
        require_starttls=True,
        auth_required=True,
        authenticator=knows("watch", "a secret"),
    )
    login = {"security": "starttls", "trust": str(good.file), "username": "watch", "password": password}
    own = mailing(inboxes.port, {"to": TO[:1]}, login)
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).sent == sent
    error = listed(store)[0]["error"] or ""
    assert "secret" not in error
    assert bool(error) is not bool(sent)


def test_a_server_without_starttls_gets_no_mail_in_the_clear(store: Store, inboxes: Inboxes) -> None:
    own = mailing(inboxes.port, {"to": TO[:1]}, {"security": "starttls"})
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).put_off == 1
    assert inboxes.mails == []


def test_an_update_answers_the_message_that_told_of_the_story(store: Store, inboxes: Inboxes) -> None:
    own = mailing(inboxes.port, {"to": TO[:1]})
    begin(store, own)
    text = "Malaysia and China signed 31 cooperation agreements in Kuala Lumpur on Friday during the visit of the premier."
    from tests.builders import keep

    keep(
        store,
        "Malaysia, China sign 31 agreements",
        text,
        first_seen=later(minutes=1),
        published=later(minutes=1),
    )
    assert send(store, own, minutes=2).sent == 1
    title = "Correction: Malaysia, China sign 13 agreements"
    keep(
        store,
        title,
        f"Correction: not 31. {text.replace('31', '13')}",
        first_seen=later(hours=2),
        published=later(hours=2),
    )
    assert send(store, own, hours=3).sent == 1
    first, second = (mail for _, mail in inboxes.mails)
    assert second["References"] == second["In-Reply-To"] == first["Message-ID"]
    assert first["References"] is None


def test_an_instant_message_waits_out_quiet_hours_and_days_off(store: Store, inboxes: Inboxes) -> None:
    own = mailing(
        inboxes.port,
        {"to": TO[:1], "timezone": "Asia/Jakarta", "quiet": "19:00-07:00", "days_off": ["sat", "sun"]},
    )
    begin(store, own)  # Friday, 19:00 in Jakarta
    talks(store)
    assert send(store, own, hours=1).sent == 0
    assert send(store, own, days=1, hours=-9).sent == 0  # Saturday morning
    assert send(store, own, days=2, hours=-1).sent == 0  # Sunday, 18:00
    assert send(store, own, days=2, hours=11, minutes=59).sent == 0  # Monday, 06:59
    assert send(store, own, days=2, hours=12, minutes=1).sent == 1
    assert TALKS in inboxes.mails[0][1]["Subject"]


def test_waits_never_grow_beyond_six_hours(store: Store) -> None:
    from alerts.channels.failures import BACK_OFFS, JITTER, Failure, wait_after

    for failure, rule in BACK_OFFS.items():
        waits = [wait_after(failure, n, "one") for n in range(1, 60)]
        assert max(waits) <= rule.longest * (1 + JITTER)
        assert min(waits) >= rule.first * (1 - JITTER)
        assert (
            wait_after(failure, 3, "one") == wait_after(failure, 3, "one") != wait_after(failure, 3, "other")
        )
    assert wait_after(Failure.THROTTLED, 1, "one", timedelta(hours=2)) >= timedelta(hours=2)
    assert wait_after(Failure.THROTTLED, 1, "one", timedelta(days=9)) <= timedelta(days=1, hours=1)
