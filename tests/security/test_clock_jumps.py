"""If the clock jumps by a day, forward or back, nothing opens, and nobody is locked out for long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest

from alerts.identity import operators, sign_in_links
from alerts.identity.keys import SecretBox, signing_keys
from alerts.operations.live_config import Live
from alerts.web.serving import Pages
from crawler.config.settings import Settings
from crawler.store import Store
from tests.builders import NOON, new_store, settings
from tests.security.conftest import PASSWORD
from tests.security.visitor import Visitor

DAY = timedelta(days=1)


@dataclass
class Site:
    """Pages whose clock can be set."""

    pages: Pages
    store: Store
    own: Settings
    now: datetime = NOON

    def visitor(self) -> Visitor:
        return Visitor(self.pages.url)

    def second_factor(self) -> pyotp.TOTP:
        with self.store.write() as connection:
            sealed = SecretBox(signing_keys(self.own, self.store))
            address = operators.enable_second_factor(connection, "ana", sealed)
        return pyotp.TOTP(pyotp.parse_uri(address or "").secret)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """With one operator, ana."""
    own = settings()
    own = own.model_copy(update={"web": own.web.model_copy(update={"port": 0})})
    store = new_store(tmp_path)
    with store.write() as connection:
        operators.add(connection, "ana", PASSWORD, "operator", NOON)
    made: list[Site] = []
    pages = Pages(Live(None, own), store, lambda: made[0].now)
    made.append(Site(pages, store, own))
    pages.start()
    yield made[0]
    pages.stop()


@pytest.mark.parametrize("asked_meanwhile", [True, False])
def test_a_session_that_ended_stays_ended_when_the_clock_goes_back(site: Site, asked_meanwhile: bool) -> None:
    ana = site.visitor()
    assert ana.sign_in("ana", PASSWORD).status == 303 and ana.is_in
    site.now = NOON + timedelta(hours=13)
    if asked_meanwhile:
        assert not ana.is_in
    site.now -= DAY
    assert not ana.is_in
    site.now = NOON + timedelta(hours=1)
    assert not ana.is_in, "seen as ended once, it is gone"
    assert ana.sign_in("ana", PASSWORD).status == 303 and ana.is_in


def test_a_session_of_a_wrong_day_lasts_no_day_longer(site: Site) -> None:
    site.now = NOON + DAY
    ana = site.visitor()
    assert ana.sign_in("ana", PASSWORD).status == 303
    site.now = NOON
    assert not ana.is_in
    assert ana.sign_in("ana", PASSWORD).status == 303 and ana.is_in


def test_who_is_seen_by_others_to_have_ended_does_not_come_back(site: Site) -> None:
    ana, other = site.visitor(), site.visitor()
    assert ana.sign_in("ana", PASSWORD).status == 303
    site.now = NOON + timedelta(hours=30)
    assert other.sign_in("ana", PASSWORD).status == 303
    site.now -= DAY
    assert not ana.is_in


def test_a_code_works_once_whatever_the_clock_does(site: Site) -> None:
    totp = site.second_factor()
    for moment in (NOON, NOON + DAY, NOON + timedelta(minutes=2)):  # forward by a day, and back again
        site.now = moment
        assert site.visitor().sign_in("ana", PASSWORD, totp.at(moment)).status == 303, moment
    for moment in (NOON, NOON + DAY, NOON + timedelta(minutes=2), NOON + DAY):
        site.now = moment
        assert site.visitor().sign_in("ana", PASSWORD, totp.at(moment)).status == 403, moment


def test_an_older_code_is_not_taken_after_a_newer_one(site: Site) -> None:
    totp = site.second_factor()
    assert site.visitor().sign_in("ana", PASSWORD, totp.at(NOON + timedelta(seconds=30))).status == 303
    assert site.visitor().sign_in("ana", PASSWORD, totp.at(NOON)).status == 403


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_waiting_after_failures_is_neither_cut_short_nor_drawn_out(site: Site, jump: timedelta) -> None:
    stranger = site.visitor()
    for _ in range(5):
        assert stranger.sign_in("ana", "wrong wrong wrong").status == 403
    site.now += jump
    answer = stranger.sign_in("ana", PASSWORD)
    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) <= 2


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_a_link_of_another_day_lets_nobody_in_and_a_new_one_does(tmp_path: Path, jump: timedelta) -> None:
    store = new_store(tmp_path)
    with store.write() as connection:
        old = sign_in_links.create(connection, NOON)
        assert not sign_in_links.redeem(connection, old, NOON + jump)
        new = sign_in_links.create(connection, NOON + jump)
        assert sign_in_links.redeem(connection, new, NOON + jump)
        assert not sign_in_links.redeem(connection, new, NOON + jump)
