"""Not for me, and more like this: a GET changes nothing, one person's wish is no other's, and what was declined is told no more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from alerts.delivery.dispatch import put_test
from alerts.delivery.send import Sender
from alerts.identity.links import links_of
from alerts.readers.forget import forget
from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions import reader_feedback, subscriptions
from crawler.analysis.corrections import merge_stories
from crawler.config.settings import Settings
from crawler.store import Store
from tests.alerts.conftest import Inboxes
from tests.alerts.delivery_steps import TALKS, TO, begin, mailing, send, talks
from tests.alerts.web.web_client import Browser, serving
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


@pytest.fixture
def own(inboxes: Inboxes) -> Settings:
    return mailing(inboxes.port, {"to": TO, "title": "The desk"})


@pytest.fixture
def browser(own: Settings, store: Store) -> Iterator[Browser]:
    begin(store, own)
    with serving(own, store, lambda: later(days=1)) as found:
        yield found


def mail_to(inboxes: Inboxes, reader: str) -> EmailMessage:
    """The latest mail to a reader."""
    return next(mail for to, mail in reversed(inboxes.mails) if to == reader)


def links(mail: EmailMessage, wish: str = "not-for-me") -> list[str]:
    """The links of the stories in a mail, in their order."""
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    return re.findall(rf'href="(https://watch\.example\.org/feedback/[^"]+/{wish})"', html)


def said(store: Store) -> list[tuple[str, int]]:
    with store.read() as connection:
        return [(f.kind, f.readers) for f in reader_feedback.listed(connection)]


def told(store: Store, own: Settings, inboxes: Inboxes, reader: str = DESK) -> str:
    """Send news of the talks; returns the reader's link to decline it."""
    talks(store)
    send(store, own, minutes=2)
    (link,) = links(mail_to(inboxes, reader))
    return link


def test_opening_a_link_changes_nothing_and_a_button_does(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    link = told(store, own, inboxes)
    for _ in range(3):
        page = browser.get(link)  # a mail scanner opens every link
    assert page.status == 200
    assert TALKS in page.text
    assert page.text.index('value="not-for-me"') < page.text.index('value="more-like-this"')
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert said(store) == []
    done = browser.post(link, do="not-for-me")
    assert "Noted." in done.text
    assert said(store) == [("not for me", 1)]
    assert "Taken back." in browser.post(link, do="undo").text
    assert said(store) == []


def test_what_is_said_last_counts_and_each_reader_counts_once(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    link = told(store, own, inboxes)
    browser.post(link, do="not-for-me")
    browser.post(link, do="not-for-me")
    browser.post(link, do="more-like-this")
    (other,) = links(mail_to(inboxes, CHIEF), "more-like-this")
    browser.post(other, do="more-like-this")
    assert said(store) == [("more like this", 2)]


def test_a_link_is_good_for_its_story_and_its_time(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    link = told(store, own, inboxes)
    token, story = re.findall(r"/feedback/([^/]+)/(\d+)/", link)[0]
    forged = [
        link.replace(f"/{story}/", f"/{int(story) + 1}/"),
        link.replace(token, f"{token}a"),
        link.replace(token, token.partition("-")[0]),
        link.replace(token, f"{'9' * 30}-{token.partition('-')[2]}"),
        link.replace(f"/{story}/", f"/{'9' * 40}/"),
    ]
    assert [browser.post(f, do="not-for-me").status for f in forged] == [403] * len(forged)
    with serving(own, store, lambda: later(days=181)) as much_later:
        assert much_later.post(link, do="not-for-me").status == 403
    with store.write() as connection:
        subscriptions.opt_out(connection, own, "desk", DESK, later(hours=1))
    assert browser.post(link, do="not-for-me").status == 403
    assert said(store) == []


def test_a_button_that_is_none_of_ours_does_nothing(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    assert browser.post(told(store, own, inboxes), do="anything").status == 422


def test_developments_of_a_declined_base_reach_the_others_only(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    keep(store, *SIGNED, first_seen=later(minutes=1))
    send(store, own, minutes=2)
    (link,) = links(mail_to(inboxes, DESK))
    browser.post(link, do="not-for-me")
    inboxes.mails.clear()
    keep(store, *OPENED, first_seen=later(days=90))
    keep(store, "China and Vietnam widen trade cooperation in farming", first_seen=later(days=90))
    send(store, own, days=90, minutes=1)
    desk, chief = (mail_to(inboxes, reader).get_body(("plain",)).get_content() for reader in (DESK, CHIEF))  # type: ignore[union-attr]
    assert len(inboxes.mails) == 2
    assert "Solar Training" in chief
    assert "Solar Training" not in desk
    assert "widen trade cooperation in farming" in desk


def test_whoever_declined_all_there_is_gets_no_mail(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    keep(store, *SIGNED, first_seen=later(minutes=1))
    send(store, own, minutes=2)
    for reader in TO:
        (link,) = links(mail_to(inboxes, reader))
        browser.post(link, do="not-for-me")
    inboxes.mails.clear()
    keep(store, *OPENED, first_seen=later(days=90))
    send(store, own, days=90, minutes=1)
    send(store, own, days=90, minutes=2)  # and nothing waits
    assert inboxes.mails == []


def test_what_was_said_goes_where_its_story_goes_and_away_with_its_reader(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    link = told(store, own, inboxes)
    browser.post(link, do="not-for-me")
    into = keep(store, "Cambodia and China sign a rice trade agreement", first_seen=later(minutes=3)).story
    with store.read() as connection:
        (before,) = reader_feedback.listed(connection)
    with store.write() as connection:
        merge_stories(connection, into or 0, before.story, later(minutes=4))
    with store.read() as connection:
        assert [f.story for f in reader_feedback.listed(connection)] == [into]
        assert reader_feedback.declined_by(connection, "desk", DESK.upper()).covers(into or 0, None)
    assert "Noted." in browser.get(link).text  # it stands for the story that this one went into
    assert "Taken back." in browser.post(link, do="undo").text
    assert "Noted." in browser.post(link, do="not-for-me").text
    # Whoever stands in the configuration must be taken out of it first.
    forget(store, mailing(inboxes.port, {"to": [CHIEF]}), DESK, "operator", later(hours=1))
    assert said(store) == []


def test_a_test_mail_looks_like_the_real_one_and_notes_nothing(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    talks(store)
    send(store, own, minutes=2)
    keep(store, "China and Laos sign a rail trade agreement", first_seen=later(minutes=3))
    real = mail_to(inboxes, DESK).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    raise_alerts(store, own, later(minutes=4))
    with store.write() as connection:
        (record,) = subscriptions.load_subscriptions(connection, own)
        put_test(connection, own, links_of(own, store), record, DESK, later(minutes=5))
    sender = Sender(store, own)
    sender.send_due(later(minutes=5))
    sender.close()
    mail = mail_to(inboxes, DESK)
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    footer = r"(?m)^Preferences, pause, unsubscribe: https://watch\.example\.org/manage/"
    assert re.search(footer, real)
    assert re.search(footer, text)
    (link,) = links(mail)
    assert "nothing is noted" in browser.post(link, do="not-for-me").text
    assert said(store) == []
