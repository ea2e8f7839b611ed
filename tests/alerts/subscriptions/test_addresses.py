"""One reader, however the address is spelled: told once, and what is done to one spelling is done to all."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from alerts.identity.links import Grant, Links, links_of
from alerts.readers import signup
from alerts.readers.forget import forget
from alerts.subscriptions import subscriptions, suppression
from alerts.subscriptions.addresses import canonical, nameless, once, same_spelling
from alerts.subscriptions.reader_states import serial_of
from crawler.config.settings import Settings
from crawler.store import Store
from crawler.store.schema import deliveries, opt_outs, suppressions
from tests.alerts.conftest import Inboxes
from tests.alerts.delivery_steps import begin, listed, mailing, send, statuses, talks
from tests.builders import NOON, later

RICE = "Thailand and China agree on rice exports"
SPELLINGS = [
    ("chief@example.org", ["Chief@example.org", "CHIEF@EXAMPLE.ORG", "The Chief <chief@Example.Org>", " chief@example.org ",
                           '"chief"@example.org', "chief@example.org.", "chief\u200b@example.org", "<Chief@example.org>"]),
    ("ünal@example.org", ["Ünal@example.org", unicodedata.normalize("NFD", "ünal@example.org"), "ÜNAL@Example.org"]),
    ("desk@bücher.example", ["desk@xn--bcher-kva.example", "Desk@BÜCHER.example", "desk@XN--BCHER-KVA.example",
                             unicodedata.normalize("NFD", "desk@bücher.example"), "Buchladen <desk@bücher。example>"]),
    ("阮@例子.example", ["阮@xn--fsqu00a.example", "阮 <阮@例子.EXAMPLE>"]),
]  # fmt: skip
PAIRS = [(one, other) for one, others in SPELLINGS for other in others]
FIRST_PAIRS = [(one, others[0]) for one, others in SPELLINGS]
SOME = [pair if pair in FIRST_PAIRS else pytest.param(*pair, marks=pytest.mark.long) for pair in PAIRS]
"""One pair of each kind; which spellings are equal is shown of all pairs without a store."""


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_spellings_of_one_reader_are_equal(one: str, other: str) -> None:
    assert canonical(other) == canonical(one)
    assert canonical(canonical(one)) == canonical(one)
    assert once([other, one]) == (other,)


@pytest.mark.parametrize(
    ("one", "other"),
    [("a@example.org", "b@example.org"), ("a@example.org", "a@example.net"), ("a@example.org", "a@mail.example.org"),
     ("a.b@example.org", "ab@example.org"), ("a+x@example.org", "a@example.org"), ("o@example.org", "ö@example.org")],
)  # fmt: skip
def test_different_readers_stay_different(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)
    assert once([one, other]) == (one, other)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("chief@example.org", "The Chief <CHIEF@Example.org>", True), ("desk@bücher.example", "desk@xn--bcher-kva.example", True),
     ("chief@example.org", "ｃhief@example.org", False), ("desk@example.org", "de\u017fk@example.org", False),
     ("desk@example.org", "des\u212a@example.org", False), ("chief@example.org", "chief@example.net", False), ("desk@ü..b", "desk@ü..b", False)],
)  # fmt: skip
def test_look_alikes_are_one_reader_and_not_one_spelling(one: str, other: str, alike: bool) -> None:
    assert same_spelling(one, other) is same_spelling(other, one) is alike


@pytest.mark.parametrize(
    ("words", "shown"),
    [("550 5.1.1 no such user", "550 5.1.1 no such user"), ("550 <bob@example.com> user unknown", "550 <…> user unknown"),
     ('550 "a \\" b"@example.com: unknown', "550 …: unknown"), ("to=bob@example.com, orig_to=x@y;", "…, …;"), ("unknown bob@", "unknown …"),
     ("用户@例子.中国 unknown", "… unknown"), ("at 10 @ 12", "at 10 @ 12")],
)  # fmt: skip
def test_words_are_shown_without_the_addresses_in_them(words: str, shown: str) -> None:
    assert nameless(words) == shown


@given(st.text(max_size=60))
def test_any_text_is_compared_without_harm(text: str) -> None:
    assert len(once([text, text])) == 1


@pytest.mark.parametrize(("one", "other"), SOME)
def test_a_reader_in_two_spellings_gets_one_mail_at_the_first(
    store: Store, inboxes: Inboxes, one: str, other: str
) -> None:
    own = mailing(inboxes.port, {"to": [other, one, other]})
    begin(store, own)
    talks(store)
    send(store, own, minutes=2)
    assert [r["recipient"] for r in listed(store)] == [other]


def test_what_is_done_to_one_spelling_is_done_to_the_reader(store: Store, inboxes: Inboxes) -> None:
    own = mailing(inboxes.port, {"to": ["Chief@Example.org", "chief@example.org", "desk@example.org"]})
    begin(store, own)
    talks(store)
    assert send(store, own, minutes=2).sent == 2
    assert inboxes.recipients == ["Chief@Example.org", "desk@example.org"]
    with store.write() as connection:
        suppression.suppress(connection, "CHIEF@EXAMPLE.ORG", "by command", "", NOON)
    talks(store, RICE, minutes=3)
    assert send(store, own, minutes=4).sent == 1
    with store.write() as connection:
        suppression.lift(connection, "<chief@Example.ORG>")
        subscriptions.opt_out(connection, own, "desk", "CHIEF@example.org", NOON)
    with store.read() as connection:
        assert subscriptions.load_recipients(connection, own.subscriptions[0]) == ("desk@example.org",)
    with store.write() as connection:
        subscriptions.opt_in(connection, "desk", "chief@EXAMPLE.org", NOON)
    with store.read() as connection:
        assert subscriptions.load_recipients(connection, own.subscriptions[0]) == (
            "Chief@Example.org",
            "desk@example.org",
        )


def test_rows_of_older_versions_still_count(store: Store, inboxes: Inboxes) -> None:
    own = mailing(9, {"to": ["Chief@example.org"]})
    begin(store, own)
    talks(store)
    send(store, own, minutes=2)
    with store.write() as connection:
        connection.execute(update(deliveries).values(reader=None))
        decomposed = unicodedata.normalize("NFD", "ünal@example.org")
        connection.execute(
            suppressions.insert().values(address=decomposed, at=NOON, reason="bounced", detail="")
        )
        connection.execute(opt_outs.insert().values(subscription="desk", address=decomposed, at=NOON))
    now = mailing(inboxes.port, {"to": ["chief@EXAMPLE.org", "Ünal@example.org"]})
    talks(store, RICE, minutes=3)
    assert send(store, now, hours=1).sent == 1
    assert [to.lower() for to in inboxes.recipients] == ["chief@example.org"]
    assert "merged" in statuses(store)
    with store.write() as connection:
        suppression.lift(connection, "ünal@example.org")
        subscriptions.opt_in(connection, "desk", "ÜNAL@example.org", NOON)
        assert subscriptions.load_opt_outs(connection, ["desk"]) == frozenset()


@pytest.fixture
def web(store: Store, inboxes: Inboxes) -> Iterator[tuple[Settings, Links]]:
    own = mailing(inboxes.port, signup=True)
    begin(store, own)
    links = links_of(own, store)
    assert links is not None
    yield own, links


def test_who_signs_up_again_in_another_case_is_no_second_reader(
    store: Store, inboxes: Inboxes, web: tuple[Settings, Links]
) -> None:
    own, links = web
    with store.write() as connection:
        signup.sign_up(connection, own, links, "Ann Other <Ann.Other@Example.org>", {}, NOON)
        (name,) = [
            k.subscription.name
            for k in subscriptions.load_subscriptions(connection, own, include_unconfirmed=True)
            if k.added
        ]
        subscriptions.confirm(connection, name, NOON)
        signup.sign_up(connection, own, links, "ann.other@EXAMPLE.org", {}, NOON)
        added = [
            k.subscription.to
            for k in subscriptions.load_subscriptions(connection, own, include_unconfirmed=True)
            if k.added
        ]
    assert added == [("Ann.Other@Example.org",)]
    send(store, own, minutes=1)
    # The second note too goes to the spelling that was confirmed
    assert {to for to in inboxes.recipients} == {added[0][0]}
    with store.write() as connection:
        serial = serial_of(connection, name, "ann.other@example.org")
        signup.leave(
            connection, own, links, Grant("one-click", name, "ANN.OTHER@example.org", serial=serial), NOON
        )
        assert [k for k in subscriptions.load_subscriptions(connection, own) if k.added] == []


@pytest.mark.parametrize(("one", "other"), SOME)
def test_a_person_is_forgotten_in_every_spelling(
    store: Store, inboxes: Inboxes, tmp_path: Path, one: str, other: str
) -> None:
    own = mailing(inboxes.port, {"to": ["somebody@else.example"]})
    begin(store, own)
    with store.write() as connection:
        for number, text in enumerate((one, other)):
            subscriptions.add(connection, own, {"name": f"n{number}", "to": [text], "when": "instant"}, NOON)
        subscriptions.opt_out(connection, own, "desk", other, NOON)
        suppression.suppress(connection, one, "by command", f"asked by {other}", NOON)
    talks(store)
    send(store, own, minutes=2)
    forget(store, own, other, "operator", later(hours=1))
    with store.read() as connection:
        assert canonical(one) not in [
            canonical(r) for r in connection.scalars(select(deliveries.c.recipient))
        ]
        assert [k for k in subscriptions.load_subscriptions(connection, own) if k.added] == []
        assert subscriptions.load_opt_outs(connection, ["desk"]) == frozenset()
        assert suppression.load_suppressions(connection) == {}
