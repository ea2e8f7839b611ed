"""Signing up: nobody can flood a mailbox or close the form to others, and only public mailboxes get mail."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page
from sqlalchemy import Connection, func, insert, select

from alerts.identity.client_address import networks_of
from alerts.operations.live_config import Live
from alerts.readers import challenges, signup_limits
from alerts.subscriptions import reader_states, subscriptions
from alerts.subscriptions.addresses import of_stranger
from alerts.subscriptions.suppression import load_suppressions, suppress
from alerts.web.serving import Pages
from crawler.config.settings import Settings
from crawler.model import AseanwatchError
from crawler.runtime.clock import now
from crawler.store import Store
from crawler.store.schema import deliveries, signup_requests
from tests.alerts.conftest import Inboxes, inboxes, serve, store  # noqa: F401 - fixtures
from tests.alerts.delivery_steps import mailing
from tests.alerts.web.test_web import READER, flush, known, link_in
from tests.alerts.web.web_client import Browser, worked
from tests.builders import settings
from tests.console.conftest import browser as chromium  # noqa: F401 - a fixture
from tests.many.conftest import database, postgres  # noqa: F401 - fixtures
from tests.security.conftest import configured
from tests.security.nginx import Nginx
from tests.security.service import running

KEYS = ("a key",)


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return now() + self.ahead


@pytest.fixture
def own(inboxes: Inboxes) -> Settings:
    return mailing(inboxes.port, signup=True)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def browser(own: Settings, store: Store, clock: Clock) -> Iterator[Browser]:
    served = own.model_copy(update={"web": own.web.model_copy(update={"port": 0})})
    pages = Pages(Live(None, served), store, clock)
    pages.start()
    yield Browser(pages.port)
    pages.stop()


def noted(store: Store) -> int:
    """Notes that were written into the outbox."""
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(deliveries)) or 0


def challenge_of(page: str) -> str:
    found = re.search(r'name="challenge" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_flood_from_one_address_sends_a_handful_and_closes_nothing_to_others(
    browser: Browser, store: Store
) -> None:
    page = browser.get("/").text
    with ThreadPoolExecutor(8) as threads:
        free = list(
            threads.map(lambda n: browser.post("/subscribe", address=f"u{n}@example.org").status, range(60))
        )
        same = list(
            threads.map(
                lambda n: (
                    browser.post("/subscribe", **{"address": f"v{n}@example.org", **worked(page)}).status
                ),
                range(8),
            )
        )
        paid = list(threads.map(lambda n: browser.sign_up(f"w{n}@example.org").status, range(20)))
    assert set(free) == {429}
    assert same.count(200) == 1  # a challenge is good once
    assert set(paid) == {200, 429}
    assert noted(store) == signup_limits.FROM_SOURCE[0][1]
    with store.read() as connection:
        elsewhere = signup_limits.identify(KEYS, READER, "198.51.100.7")
        assert signup_limits.wait_of_source(connection, elsewhere, now()) is None
        assert signup_limits.required_bits(connection, now()) == signup_limits.EASY_BITS


def test_whoever_waits_needs_no_script(browser: Browser, store: Store, clock: Clock) -> None:
    first = challenge_of(browser.get("/").text)
    early = browser.post("/subscribe", address=READER, challenge=first, topics=["trade_investment"], most="7")
    assert early.status == 429
    assert int(early.headers["Retry-After"]) <= 5
    assert challenge_of(early.text) == first
    assert 'name="most" value="7"' in early.text
    clock.ahead = timedelta(seconds=6)
    assert browser.post("/subscribe", address=READER, challenge=first).status == 200
    again = browser.post("/subscribe", address=READER, challenge=first)
    assert again.status == 429
    assert challenge_of(again.text) != first
    assert noted(store) == 1


@pytest.mark.parametrize("kind", ["none", "forged", "old", "too little work", "of another service"])
def test_a_challenge_must_be_ours_fresh_and_answered(
    browser: Browser, store: Store, clock: Clock, kind: str
) -> None:
    fields = worked(browser.get("/").text)
    text = str(fields["challenge"])
    if kind == "none":
        fields = {}
    elif kind == "forged":
        fields["challenge"] = text[:-1] + ("A" if text[-1] != "A" else "B")
    elif kind == "old":
        clock.ahead = timedelta(minutes=61)
    elif kind == "too little work":
        fields["answer"] = next(str(n) for n in range(99) if sha256(f"{text}:{n}".encode()).digest()[0])
    else:
        fields["challenge"] = challenges.create(KEYS, 0, now()).text
    assert browser.post("/subscribe", **{"address": READER, **fields}).status == 429
    assert noted(store) == 0


def test_one_mailbox_gets_three_notes_a_day_and_five_a_month_and_the_newest_works(
    browser: Browser,
    store: Store,
    own: Settings,
    clock: Clock,
    inboxes: Inboxes,
) -> None:
    spellings = [
        "Some.Body@gmail.com",
        "somebody+news@gmail.com",
        "s.omebody@googlemail.com",
        "SOMEBODY+1@gmail.com",
        "some.body@gmail.com",
    ]
    written = []
    for day in (0, 1, 2, 8):
        clock.ahead = timedelta(days=day)
        assert {browser.sign_up(address).status for address in spellings[: 5 if day < 2 else 1]} == {200}
        written.append(noted(store))
    assert written == [3, 5, 5, 5]
    flush(store, own)
    assert browser.post(link_in(inboxes.mails[-1][1], "confirm")).status == 200
    clock.ahead = timedelta(days=31)
    assert browser.sign_up(READER).status == 200
    assert noted(store) == 6


def test_who_invents_tags_uses_up_no_note_of_the_bare_address(browser: Browser, store: Store) -> None:
    written = []
    for address in [
        *(f"chief+x{n}@example.org" for n in range(4)),
        "Chief@example.org",
        *["chief@example.org"] * 3,
    ]:
        assert browser.sign_up(address).status == 200
        written.append(noted(store))
    assert written == [1, 2, 3, 3, 4, 5, 6, 6]


def test_a_note_that_asks_to_confirm_and_fails_suppresses_no_reader(
    browser: Browser,
    store: Store,
    own: Settings,
    inboxes: Inboxes,
) -> None:
    inboxes.refuse["DESK@example.org"] = inboxes.refuse["new@example.org"] = "550 5.1.1 no such user"
    with store.write() as connection:
        subscriptions.register(connection, own, now())
        serial = reader_states.serial_of(connection, "desk", "desk@example.org")
    for address in ("DESK@example.org", "new@example.org"):
        assert browser.sign_up(address).status == 200
    flush(store, own)
    with store.read() as connection:
        assert set(connection.scalars(select(deliveries.c.failure))) == {"unknown address"}
        assert load_suppressions(connection) == {}
        assert reader_states.serial_of(connection, "desk", "desk@example.org") == serial


@pytest.mark.parametrize(("reason", "after"), [
    ("unknown address", None), ("bounced", None), ("bounced often", None), ("complained", "complained"), ("by command", "by command"),
])  # fmt: skip
def test_whoever_confirms_is_reached_again_but_not_whoever_wanted_no_mail(
    browser: Browser,
    store: Store,
    own: Settings,
    inboxes: Inboxes,
    reason: str,
    after: str | None,
) -> None:
    with store.write() as connection:
        suppress(connection, READER, reason, "", now())
    browser.sign_up(READER)
    flush(store, own)
    with store.read() as connection:
        assert load_suppressions(connection) == {READER: reason}  # signing up alone proves nothing
    assert browser.post(link_in(inboxes.mails[-1][1], "confirm")).status == 200
    with store.read() as connection:
        assert load_suppressions(connection).get(READER) == after


def test_no_answer_says_who_reads(
    browser: Browser, store: Store, own: Settings, clock: Clock, inboxes: Inboxes
) -> None:
    browser.sign_up(READER)
    flush(store, own)
    browser.post(link_in(inboxes.mails[-1][1], "confirm"))
    assert len(known(store, own)) == 1
    answers, seconds = {}, {}
    for kind, address in (
        ("known", READER),
        ("new", "new@example.org"),
        ("known", READER),
        ("over its share", READER),
    ):
        fields = worked(browser.get("/").text)
        began = time.monotonic()
        answer = browser.post("/subscribe", **{"address": address, **fields})
        seconds.setdefault(kind, []).append(time.monotonic() - began)
        answers[kind] = answer.status, answer.body, sorted(answer.headers.keys())
    assert len({str(a) for a in answers.values()}) == 1
    assert all(median(taken) >= 0.29 for taken in seconds.values())


def put(connection: Connection, number: int, moment: datetime, domain: str = "gmail.com") -> None:
    """So many sign-ups, each from a network of its own."""
    rows = []
    for n in range(number):
        request = signup_limits.identify(KEYS, f"u{n}@{domain}", f"10.{n // 200}.{n % 200}.1")
        rows.append({
            "at": moment, "challenge": f"{domain} {n} {moment}", "mailbox": request.mailbox, "source": request.source,
            "network": request.network, "domain": request.domain, "mailed": True,
        })  # fmt: skip
    connection.execute(insert(signup_requests), rows)


def test_a_flood_from_everywhere_makes_sign_ups_slower_and_closes_nothing(store: Store) -> None:
    moment = now()
    domain = signup_limits.identify(KEYS, READER, "192.0.2.1").domain
    with store.write() as connection:
        assert signup_limits.required_bits(connection, moment) == signup_limits.EASY_BITS
        put(connection, 240, moment)
        assert signup_limits.required_bits(connection, moment, domain) == signup_limits.EASY_BITS + 2
        put(connection, 20_000, moment, "other.example")
        assert signup_limits.required_bits(connection, moment, domain) == signup_limits.MOST_BITS
        assert signup_limits.wait_for(signup_limits.MOST_BITS) <= timedelta(minutes=6) < challenges.LIFETIME
        quiet = signup_limits.identify(KEYS, READER, "192.0.2.1")
        assert signup_limits.wait_of_source(connection, quiet, moment) is None
        assert signup_limits.required_bits(connection, moment + timedelta(hours=1)) == signup_limits.EASY_BITS
        challenge = challenges.create(KEYS, 1, moment)
        assert signup_limits.count(connection, challenge, quiet, moment + timedelta(days=31), mailed=True)
        # What counts no more is gone
        assert connection.scalar(select(func.count()).select_from(signup_requests)) == 1


def test_a_network_is_bounded_as_one_and_its_neighbours_are_not(store: Store) -> None:
    moment = now()
    with store.write() as connection:
        for n in range(signup_limits.FROM_NETWORK[0][1]):
            request = signup_limits.identify(KEYS, f"u{n}@example.org", f"2001:db8:1:{n:x}::{n:x}")
            assert signup_limits.count(
                connection, challenges.create(KEYS, 1, moment), request, moment, mailed=True
            )
        inside = signup_limits.identify(KEYS, READER, "2001:db8:1:ffff::1")
        wait = signup_limits.wait_of_source(connection, inside, moment + timedelta(minutes=20))
        assert wait == timedelta(minutes=40)
        assert (
            signup_limits.wait_of_source(
                connection, signup_limits.identify(KEYS, READER, "2001:db8:2::1"), moment
            )
            is None
        )


@pytest.mark.parametrize(("client", "source", "network"), [
    ("192.0.2.77", "192.0.2.77/32", "192.0.2.0/24"), ("::ffff:192.0.2.77", "192.0.2.77/32", "192.0.2.0/24"),
    ("2001:db8:1:2:3::4", "2001:db8:1:2::/64", "2001:db8:1::/48"), ("fe80::1%eth0", "fe80::/64", "fe80::/48"), ("", "", ""),
])  # fmt: skip
def test_where_a_request_comes_from(client: str, source: str, network: str) -> None:
    assert networks_of(client) == (source, network)


NOT_A_STRANGER_S = [
    "root@localhost", "u@[127.0.0.1]", "u@[IPv6:::1]", "u@127.0.0.1", "u@host", "u@localhost.localdomain", "u@mail.local", "u@db.internal",
    "u@1.0.0.127.in-addr.arpa", "u@example.org.", "u@.example.org", "u@-x.example.org", "u@exa mple.org", "u@example..org", "u@ex_ample.org",
    "u@example.123", "@example.org", "u@", "u", "", "u@@example.org", "a@b@example.org", "a@example.org, b@example.org",
    "a@example.org,b@example.org", "a@example.org;b@example.org", "a@example.org b@example.org", "Ann <ann@example.org>", "<ann@example.org>",
    "ann@example.org (Ann)", "ann(x)@example.org", "@relay.example:u@example.org", "u%other@example.org", "other!u@example.org",
    "a@example.org\r\nBcc: b@example.org", "a\r\n@example.org", "a@example.org\n", "a\tb@example.org", "a\0b@example.org", "a\x1b@example.org",
    "a\x7f@example.org", "a\u202e@example.org", "a\u200b@example.org", "a\u00adb@example.org", "a\ud800@example.org", "a@exam\u200bple.org",
    "a\u2028@example.org", "a\u3000b@example.org", "|cmd@example.org", "|/bin/sh@example.org", '"|cmd"@example.org', "-oQ@example.org",
    '"-oQ"@example.org', "/etc/passwd@example.org", "!ls@example.org", "`id`@example.org", ":include:@example.org", "a..b@example.org", ".a@example.org",
    "a.@example.org", '"a"b"@example.org', '"a\r\nb"@example.org', '"a@example.org', '""@example.org', "l" * 65 + "@example.org",
    "ü" * 33 + "@example.org", "a@" + ("d" * 60 + ".") * 4 + "example.org", "a@" + "d" * 64 + ".org", "a@xn--\u0000.org", "a\\@example.org",
    '"\ud83d"@example.org', "a@example.org?cc=b@example.org", "mailto:a@example.org",
    "=?utf-8?q?=76ic=74im?=@example.net", "=?utf-8?q?a=0D=0AX?=@example.org", '"a%b@c"@example.org', '" |x"@example.org', '" -oQ"@example.org',
    '"@evil"@example.org', '"@a:b"@example.org', '"a!b"@example.org', '":include:/etc/x"@example.org', "u@mail.test", "u@mail.example",
    "u@mail.alt", "u@mail.invalid", "u@mail.localhost", "u@mail.onion", "u@mail.TEST",
    "ｄesk@example.org", "de\u017fk@example.org", "stra\u00dfe@example.org", "\ufb01nn@example.org", "des\u212a@example.org",
    '"ｄesk"@example.org', "u\u0308nal@example.org", "\u00aadesk@example.org", "\U0001d41desk@example.org",
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_A_STRANGER_S)
def test_what_is_no_mailbox_of_a_public_domain_is_refused(text: str) -> None:
    with pytest.raises(AseanwatchError):
        of_stranger(text)


@pytest.mark.parametrize("text", [
    "ann@example.org", "Ann.Other+news@Sub.Example.ORG", '"Ab c"@example.org', '"AB"@example.org', '"a@b, c"@example.org', '"a\\"b"@example.org',
    "o'neil@example.org", "a/b@example.org", "x_-=$&*?^{}~#@example.org", "ü@example.org", "用户@例子.中国", "ann@münchen.de", "ann@xn--mnchen-3ya.de",
    "l" * 64 + "@example.org", "a@a.co", "a@1e100.net", "a@b-c.museum",
])  # fmt: skip
def test_every_public_mailbox_is_taken_as_it_was_given(text: str) -> None:
    assert of_stranger(text) == text


@given(st.text(max_size=80))
def test_any_text_is_refused_or_stays_one_line_without_hidden_characters(text: str) -> None:
    try:
        taken = of_stranger(text)
    except AseanwatchError:
        return
    assert taken == text
    assert taken.isprintable()


@pytest.mark.parametrize(
    "text",
    ["root@localhost", "a@example.org\r\nBcc: b@example.org", "u@[127.0.0.1]", "a@b, c@d", "a\0@example.org"],
)
def test_the_form_refuses_them_before_anything_else(browser: Browser, store: Store, text: str) -> None:
    assert browser.post("/subscribe", address=text).status == 422
    assert noted(store) == 0


def test_a_quoted_local_part_is_written_to_as_it_was_given(
    browser: Browser, store: Store, own: Settings, inboxes: Inboxes
) -> None:
    assert browser.sign_up('"Ab c"@example.org').status == 200
    flush(store, own)
    assert inboxes.recipients == ['"Ab c"@example.org']
    assert inboxes.mails[0][1]["To"] == '"Ab c"@example.org'


def test_the_store_says_of_nobody_who_asked_or_from_where(browser: Browser, store: Store) -> None:
    browser.sign_up(READER)
    with store.read() as connection:
        row = connection.execute(select(signup_requests)).one()
    assert not {"reader", "127.0.0", "example.org"} & {
        part for value in row for part in re.split(r"[@/]", str(value))
    }


def test_a_browser_does_the_work_by_itself(browser: Browser, store: Store, page: Page) -> None:
    page.goto(f"http://127.0.0.1:{browser.port}/")
    page.fill('input[name="address"]', READER)
    page.click('button[value="save"]')  # at once: the work may not be done yet
    page.wait_for_selector("text=Please look into your mail")
    assert noted(store) == 1


@pytest.fixture
def page(chromium: object) -> Iterator[Page]:
    context = chromium.new_context(locale="en-US")  # type: ignore[attr-defined]
    made = context.new_page()
    made.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
    yield made
    context.close()


def test_the_real_service_bounds_a_flood_behind_nginx_too(tmp_path: Path) -> None:
    folder = configured(
        tmp_path / "s",
        delivery={"from": "w@example.org", "signup": True, "public_url": "https://watch.example.org"},
    )
    with running(folder) as service, Nginx(tmp_path / "nginx", service.port) as front:
        sites = [Browser(service.port), Browser(int(front.url.rpartition(":")[2]))]
        with ThreadPoolExecutor(4) as threads:
            statuses = list(
                threads.map(lambda n: sites[n % 2].sign_up(f"u{n}@example.org").status, range(10))
            )
        assert statuses.count(200) == signup_limits.FROM_SOURCE[0][1]
        assert statuses.count(429) == 10 - signup_limits.FROM_SOURCE[0][1]


def test_parallel_sign_ups_are_counted_one_by_one_in_postgresql_too(database: str) -> None:
    with closing(Store(database)) as made:
        made.upgrade()
        moment = now()
        request = signup_limits.identify(KEYS, READER, "192.0.2.1")

        def ask(_: int) -> bool:
            with made.write() as connection:
                signup_limits.lock(connection)
                may = signup_limits.may_mail(connection, request, moment)
                return (
                    signup_limits.count(
                        connection, challenges.create(KEYS, 1, moment), request, moment, mailed=may
                    )
                    and may
                )

        once = challenges.create(KEYS, 1, moment)
        with made.write() as connection:
            other = signup_limits.identify(KEYS, "other@example.org", "192.0.2.1")
            used = [signup_limits.count(connection, once, other, moment, mailed=True) for _ in range(2)]
        assert used == [True, False]
        with ThreadPoolExecutor(8) as threads:
            assert sum(threads.map(ask, range(24))) == signup_limits.TO_MAILBOX[0][1]
        with made.write() as connection:
            subscriptions.add(connection, settings(), {"name": "ann", "to": [READER]}, moment)
            first = reader_states.serial_of(connection, "ann", READER)
            suppress(connection, READER, "bounced", "", moment)
            second = reader_states.serial_of(connection, "ann", READER)
            suppress(connection, READER, "bounced", "", moment)
            assert 0 != first != second == reader_states.serial_of(connection, "ann", READER)
