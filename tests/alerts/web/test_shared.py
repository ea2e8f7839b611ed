"""A link that shows one story to somebody without an account: signed, for a time, with nothing of whoever passed it on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from alerts.identity.links import links_of
from alerts.identity.story_links import write_share
from crawler.analysis.corrections import merge_stories
from crawler.config.settings import Settings
from crawler.store import Store
from tests.alerts.conftest import Inboxes
from tests.alerts.delivery_steps import TALKS, TO, begin, mailing, send, talks
from tests.alerts.web.web_client import Browser, serving
from tests.builders import NOON, keep, later

SUMMARY = "Ministers of both countries signed an agreement in Hanoi that lowers the tariffs on fruit and machines from January."


@pytest.fixture
def own(inboxes: Inboxes) -> Settings:
    return mailing(inboxes.port, {"to": TO, "title": "The secret desk"})


@pytest.fixture
def browser(own: Settings, store: Store) -> Iterator[Browser]:
    begin(store, own)
    with serving(own, store, lambda: later(days=1)) as found:
        yield found


def shared(own: Settings, store: Store, story: int) -> str:
    links = links_of(own, store)
    assert links is not None
    return write_share(links, story, NOON)


def test_the_link_in_a_mail_shows_the_story_with_its_reports_and_nothing_of_its_reader(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    keep(store, TALKS, SUMMARY, first_seen=later(minutes=1))
    send(store, own, minutes=2)
    html = inboxes.mails[0][1].get_body(("html",)).get_content()  # type: ignore[union-attr]
    (link,) = re.findall(r'href="(https://watch\.example\.org/share/[^"]+)"', html)
    other = inboxes.mails[1][1].get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert link in other  # it is the same for all
    answer = browser.get(link)
    page = BeautifulSoup(answer.text, "lxml")
    assert answer.status == 200
    assert page.select_one("h3 a").get_text() == TALKS  # type: ignore[union-attr]
    assert SUMMARY in page.get_text()
    assert "This link works until Sun 28 Dec 2025." in page.get_text()
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "noindex" in page.select_one('meta[name="robots"]')["content"]  # type: ignore[index]
    assert not re.search(r"desk|chief|secret|/feedback/|/manage/|<form", answer.text)


def test_the_words_around_it_are_in_the_language_of_the_browser(
    browser: Browser, store: Store, own: Settings
) -> None:
    story = keep(store, TALKS, f"{TALKS}. Trade and investment will grow.").story or 0
    answer = browser.get(shared(own, store, story), **{"Accept-Language": "vi"})
    assert 'lang="vi"' in answer.text
    assert "Một tin được ai đó chia sẻ với bạn" in answer.text


def test_it_ends_with_its_time_also_if_that_was_shortened(store: Store, own: Settings) -> None:
    story = keep(store, TALKS).story or 0
    link = shared(own, store, story)

    def status(after_days: int, lasts: timedelta) -> int:
        ways = own.delivery.model_copy(update={"share_links": lasts})
        changed = own.model_copy(update={"delivery": ways})
        with serving(changed, store, lambda: later(days=after_days)) as browser:
            return browser.get(link).status

    month, week = timedelta(days=30), timedelta(days=7)
    assert [status(29, month), status(32, month), status(29, week), status(0, timedelta(0))] == [
        200,
        403,
        403,
        403,
    ]


def test_a_forged_link_shows_nothing(browser: Browser, store: Store, own: Settings) -> None:
    story = keep(store, TALKS).story or 0
    link = shared(own, store, story)
    other = shared(own, store, story + 1)
    payload, mark, _ = other.rpartition(".")
    forged = payload + mark + link.rpartition(".")[2]
    assert [browser.get(one).status for one in (forged, link[:-1], f"{link}x")] == [403, 403, 403]
    assert browser.get(other).status == 422  # no such story


def test_a_story_that_was_merged_is_shown_as_the_one_it_is_part_of(
    browser: Browser, store: Store, own: Settings
) -> None:
    first = keep(store, TALKS).story or 0
    second = keep(store, "Cambodia and China sign a rice trade agreement").story or 0
    with store.write() as connection:
        merge_stories(connection, first, second, later(minutes=1))
    assert TALKS in browser.get(shared(own, store, second)).text


def test_without_web_pages_or_with_no_time_there_are_no_links(store: Store, inboxes: Inboxes) -> None:
    for number, delivery in enumerate(({"public_url": None}, {"share_links": "0d"})):
        own = mailing(inboxes.port, {"name": f"desk-{number}"}, **delivery)
        begin(store, own)
        talks(store, f"China and Vietnam widen trade cooperation {number}", hours=number + 1)
        send(store, own, hours=number + 1, minutes=1)
    assert inboxes.mails
    for _, mail in inboxes.mails:
        text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert "/share/" not in text
        assert ("/feedback/" in text) is ("/manage/" in text)
