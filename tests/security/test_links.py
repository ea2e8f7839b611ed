"""A link acts only for its owner. Leaving ends every link of that reader at once, and coming back revives none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from alerts.delivery.dispatch import dispatch
from alerts.identity.links import LIFETIMES, Grant, Links, links_of, signer
from alerts.readers.forget import forget
from alerts.subscriptions import subscriptions
from alerts.subscriptions.reader_states import feed_serial_of, serial_of
from alerts.subscriptions.suppression import lift, suppress
from crawler.config.settings import Settings
from crawler.runtime.clock import now
from crawler.store import Store
from crawler.store.schema import digests
from tests.alerts.conftest import Inboxes, inboxes, serve, store  # noqa: F401 - fixtures
from tests.alerts.delivery_steps import TO, mailing
from tests.alerts.web.test_web import READER, flush, known, link_in, readers
from tests.alerts.web.web_client import Browser, serving
from tests.builders import keep

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
PURPOSES = ("manage", "one-click", "change", "archive", "feed", "next", "rejoin")


@pytest.fixture
def own(inboxes: Inboxes) -> Settings:
    return mailing(inboxes.port, {"to": TO, "title": "The desk"}, signup=True)


@pytest.fixture
def browser(own: Settings, store: Store) -> Iterator[Browser]:
    with store.write() as connection:
        subscriptions.register(connection, own, now() - timedelta(days=1))
    with serving(own, store) as found:
        yield found


def tell(store: Store, own: Settings, title: str = "China and Vietnam widen trade cooperation") -> None:
    moment = now()
    keep(store, title, f"{title}. Trade and investment will grow.", first_seen=moment, published=moment)
    dispatch(store, own, moment)


def former(own: Settings, store: Store, reader: str, purpose: str, name: str = "desk") -> str:
    """A link as former versions wrote them, which carried no serial."""
    links = links_of(own, store)
    assert links is not None
    with store.read() as connection:
        number = connection.scalar(select(digests.c.id).where(digests.c.kind == "digest")) or 0
    written = {"next": "change"}.get(purpose, purpose)
    until = int((now() + LIFETIMES[written]).timestamp())
    token = signer(links.keys, written).dumps([name, reader, number if purpose == "archive" else 0, until])
    return f"/{purpose}/{token}{'.atom' if purpose == 'feed' else ''}"


def all_of(own: Settings, store: Store, reader: str) -> dict[str, str]:
    return {purpose: former(own, store, reader, purpose) for purpose in PURPOSES}


def test_links_of_a_former_version_work_as_long_as_their_owner_stays(
    browser: Browser, store: Store, own: Settings
) -> None:
    tell(store, own)
    for purpose, link in all_of(own, store, TO[0]).items():
        assert browser.get(link).status == 200, purpose


def ends_by_leaving(browser: Browser, store: Store, own: Settings) -> None:
    assert browser.post(former(own, store, TO[0], "one-click"), **ONE_CLICK).status == 200


def ends_by_suppression(browser: Browser, store: Store, own: Settings) -> None:
    with store.write() as connection:
        suppress(connection, TO[0].upper(), "complained", "", now())
        lift(connection, TO[0])


def ends_by_the_file(browser: Browser, store: Store, own: Settings) -> None:
    with store.write() as connection:
        less = own.subscriptions[0].model_copy(update={"to": (TO[1],)})
        subscriptions.register(connection, own.model_copy(update={"subscriptions": (less,)}), now())
        subscriptions.register(connection, own, now())


@pytest.mark.parametrize("end", [ends_by_leaving, ends_by_suppression, ends_by_the_file])
@pytest.mark.parametrize("reader", [TO[0], "Desk@Example.ORG"])
def test_all_links_of_a_reader_end_at_once_and_coming_back_revives_none(
    browser: Browser,
    store: Store,
    own: Settings,
    inboxes: Inboxes,
    end: object,
    reader: str,
) -> None:
    tell(store, own)
    before = all_of(own, store, reader)
    other = all_of(own, store, TO[1])
    end(browser, store, own)  # type: ignore[operator]
    flush(store, own)
    if readers(store, own) == (TO[1],):
        back = link_in(inboxes.mails[-1][1], "rejoin")
        assert browser.post(back).status == 200
        assert browser.post(back).status == 403  # it works once
    assert set(readers(store, own)) == set(TO)
    for purpose, link in before.items():
        assert browser.get(link).status == 403, purpose
    assert browser.post(before["change"], do="leave").status == 403
    assert browser.post(before["change"], do="pause").status == 403
    assert browser.post(before["manage"], do="send").status == 403
    # A yes would be a lie: the reader is still one
    assert browser.post(before["one-click"], **ONE_CLICK).status == 403
    assert set(readers(store, own)) == set(TO)
    assert all(browser.get(link).status == 200 for link in other.values())


def test_one_click_says_yes_again_and_changes_nothing(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    link = former(own, store, TO[0], "one-click")
    assert [browser.post(link, **ONE_CLICK).status for _ in range(3)] == [200] * 3
    flush(store, own)
    assert inboxes.recipients == [TO[0]]  # one note


def test_only_the_note_of_the_newest_leaving_leads_back(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    browser.post(former(own, store, TO[0], "one-click"), **ONE_CLICK)
    flush(store, own)
    first = link_in(inboxes.mails[-1][1], "rejoin")
    browser.post(first)
    tell(store, own)
    mail = next(m for to, m in reversed(inboxes.mails) if to == TO[0])
    browser.post(re.search(r"<(https://[^>]+)>", mail["List-Unsubscribe"])[1], **ONE_CLICK)  # type: ignore[index]
    assert readers(store, own) == (TO[1],)
    assert browser.post(first).status == 403
    assert readers(store, own) == (TO[1],)
    flush(store, own)
    assert browser.post(link_in(inboxes.mails[-1][1], "rejoin")).status == 200
    assert set(readers(store, own)) == set(TO)


def test_one_reader_pauses_for_nobody_else_and_gets_what_was_missed(
    browser: Browser,
    store: Store,
    own: Settings,
    inboxes: Inboxes,
) -> None:
    change = former(own, store, TO[0], "change")
    assert browser.post(change, do="pause").status == 200
    assert not known(store, own)["desk"].paused
    tell(store, own)
    tell(store, own, "Thailand and China agree on rice exports")
    assert inboxes.recipients == [TO[1], TO[1]]
    assert browser.post(change, do="resume").status == 200
    assert browser.post(change, do="resume").status == 200
    flush(store, own)
    assert inboxes.recipients == [TO[1], TO[1], TO[0]]
    text = inboxes.mails[-1][1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "widen trade" in text
    assert "rice exports" in text
    tell(store, own, "Indonesia and China sign a nickel contract")
    assert sorted(inboxes.recipients[3:]) == sorted(TO)


@pytest.mark.parametrize("added", [False, True])
def test_what_a_shared_subscription_tells_is_no_reader_s_to_change(
    browser: Browser,
    store: Store,
    own: Settings,
    added: bool,
) -> None:
    name = "desk"
    if added:
        name = "shared"
        with store.write() as connection:
            subscriptions.add(connection, own, {"name": name, "to": TO, "when": "instant"}, now())
    links = links_of(own, store)
    assert links is not None
    change = fresh(store, links, "change", name, TO[0])
    assert browser.get(change).status == 200
    assert browser.post(change, do="save", most="1", topics=[], rhythm="weekly mon", at="09:15").status == 422
    assert browser.post(change, do="pause").status == 200
    assert known(store, own)[name].subscription.most == 40
    assert not known(store, own)[name].paused
    assert browser.post(change, do="leave").status == 200
    with store.read() as connection:
        assert subscriptions.load_recipients(connection, known(store, own)[name].subscription) == (TO[1],)


def fresh(store: Store, links: Links, purpose: str, name: str, reader: str) -> str:
    with store.read() as connection:
        serial = (feed_serial_of if purpose == "feed" else serial_of)(connection, name, reader)
    return urlsplit(links.write(Grant(purpose, name, reader, 0, serial), now())).path


def test_the_feed_of_a_reader_can_be_renewed_alone(browser: Browser, store: Store, own: Settings) -> None:
    tell(store, own)
    links = all_of(own, store, TO[0])
    page = browser.post(links["change"], do="renew").text
    new = re.search(r"https://\S+/feed/\S+?\.atom", page)
    assert new is not None
    assert browser.get(links["feed"]).status == 403
    assert browser.get(new[0]).status == 200
    assert browser.get(links["archive"]).status == 200
    browser.post(links["one-click"], **ONE_CLICK)
    assert browser.get(new[0]).status in (403, 422)


def test_who_is_forgotten_and_signs_up_again_has_no_use_for_former_links(
    browser: Browser,
    store: Store,
    own: Settings,
) -> None:
    with store.write() as connection:
        subscriptions.add(connection, own, {"name": "ann", "to": [READER]}, now())
    links = links_of(own, store)
    assert links is not None
    before = (
        fresh(store, links, "change", "ann", READER),
        fresh(store, links, "feed", "ann", READER) + ".json",
    )
    assert [browser.get(link).status for link in before] == [200, 200]
    forget(store, own, READER, "a test", now())
    with store.write() as connection:
        subscriptions.add(connection, own, {"name": "ann", "to": [READER]}, now())
    assert [browser.get(link).status for link in before] == [403, 403]
