"""Signing in: slow only for guessers, few hashes at once, no information leaks, no session fixation."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from alerts.identity import operators, password_hashes
from alerts.identity.keys import SecretBox, signing_keys
from alerts.operations.live_config import Live
from alerts.web.console import signing_in
from alerts.web.console.attempts import (
    CROWD,
    FORGOTTEN,
    KEPT,
    LOCKS,
    LONGEST,
    PATIENCE,
    WIDEST,
    Attempt,
    Attempts,
)
from alerts.web.console.devices import device_of, mark
from alerts.web.console.failures import MOST, SPAN, Failures
from alerts.web.console.hashing import AttemptLane, BusyError
from alerts.web.serving import Pages
from crawler.config.settings import Settings, Web
from crawler.model import AseanwatchError
from crawler.store import Store
from crawler.store.schema import audit, console_sessions
from tests.builders import NOON, new_store, settings
from tests.security.conftest import PASSWORD
from tests.security.visitor import Answer, Visitor

WRONG = "wrong wrong wrong"


@dataclass
class Site:
    """Pages with two operators, ana and bo, behind a proxy that says who asks."""

    url: str
    store: Store
    own: Settings

    def visitor(self, source: str = "") -> Visitor:
        """Somebody; from an address, where the proxy says one."""
        return Visitor(self.url, {"X-Forwarded-For": source} if source else {})

    def second_factor(self) -> pyotp.TOTP:
        with self.store.write() as connection:
            address = operators.enable_second_factor(
                connection, "ana", SecretBox(signing_keys(self.own, self.store))
            )
        return pyotp.TOTP(pyotp.parse_uri(address or "").secret)

    def notes(self) -> list[tuple[str, str]]:
        with self.store.read() as connection:
            return [(r.actor, r.action) for r in connection.execute(select(audit).order_by(audit.c.id))]


@pytest.fixture
def dear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes as dear as those of the program."""
    monkeypatch.setattr(password_hashes, "_hasher", PasswordHasher)
    nobody = PasswordHasher().hash("nobody")
    monkeypatch.setattr(password_hashes, "_nobody", lambda: nobody)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with two operators: each password costs a hash."""
    store = new_store(tmp_path_factory.mktemp("operators"))
    with store.write() as connection:
        for name in ("ana", "bo"):
            operators.add(connection, name, PASSWORD, "operator", NOON)
    return store


@pytest.fixture
def site(kept: Store) -> Iterator[Site]:
    """Pages over that store, with counters of their own."""
    own = settings()
    own = own.model_copy(update={"web": Web.model_validate({"port": 0, "proxies": ["127.0.0.1"]})})
    with kept.write() as connection:
        connection.execute(audit.delete())
        connection.execute(console_sessions.delete())
    pages = Pages(Live(None, own), kept, lambda: NOON)
    pages.start()
    yield Site(pages.url, kept, own)
    pages.stop()
    with kept.write() as connection:
        operators.disable_second_factor(connection, "ana")


def fail(visitor: Visitor, name: str, times: int) -> list[int]:
    return [visitor.sign_in(name, WRONG).status for _ in range(times)]


def test_who_guesses_waits_longer_and_longer(site: Site) -> None:
    stranger = site.visitor()
    assert fail(stranger, "ana", 6) == [403] * 5 + [429]
    answer = stranger.sign_in("ana", PASSWORD)
    assert answer.status == 429 and int(answer.headers["Retry-After"]) > 0
    assert "aw_session" not in stranger.cookies


def test_strangers_elsewhere_lock_nobody_out(site: Site) -> None:
    for n in range(CROWD // 5):
        assert fail(site.visitor(f"198.51.100.{n}"), "ana", 5) == [403] * 5
    assert site.visitor("203.0.113.5").sign_in("ana", PASSWORD).status == 303


def test_behind_one_shared_address_strangers_lock_out_neither_others_nor_known_browsers(site: Site) -> None:
    ana = site.visitor()
    assert ana.sign_in("ana", PASSWORD).status == 303
    stranger = site.visitor()
    for name in ("mallory", "root", "admin", "", "x" * 5000, "a\x00b", "' OR 1=1 --"):
        fail(stranger, name, 3)
    assert fail(stranger, "ana", 6)[-1] == 429
    assert site.visitor().sign_in("bo", PASSWORD).status == 303, "another name is not concerned"
    assert ana.sign_in("ana", PASSWORD).status == 303, "a browser that signed in before is not either"
    assert fail(ana, "ana", 12)[-1] == 429, "and has its own limit"
    assert ana.sign_in("bo", PASSWORD).status == 303


def test_a_device_is_known_for_the_name_it_signed_in_with_alone() -> None:
    cookie = mark(["key"], "ana")
    device = device_of(["newer", "key"], "ana", cookie)
    assert device and mark(["key"], "ana", device) == cookie
    for keys, name, given in (
        (["other"], "ana", cookie), (["key"], "bo", cookie), (["key"], "ana", cookie[:-1]), (["key"], "ana", ""),
        (["key"], "ana", "é.x"), (["key"], "ana", f"{device}."), (["key"], "ana", "." + cookie),
    ):  # fmt: skip
        assert device_of(keys, name, given) == ""


def test_an_address_of_ipv6_is_its_whole_network(site: Site) -> None:
    found = [site.visitor(f"2001:db8:1:2::{n:x}").sign_in("ana", WRONG).status for n in range(6)]
    assert found == [403] * 5 + [429]
    assert site.visitor("2001:db8:1:3::1").sign_in("ana", PASSWORD).status == 303


def test_codes_are_guessed_by_nobody_who_knows_the_password(site: Site) -> None:
    totp = site.second_factor()
    wrong = "000000" if totp.at(NOON) != "000000" else "000001"
    found = [site.visitor(f"198.51.100.{n}").sign_in("ana", PASSWORD, wrong).status for n in range(7)]
    assert found == [403] * 5 + [429] * 2, "from however many addresses"
    assert site.visitor("203.0.113.77").sign_in("bo", PASSWORD).status == 303


def test_a_code_works_once_even_when_two_bring_it_at_the_same_moment(site: Site) -> None:
    totp = site.second_factor()
    code = totp.at(NOON)
    with ThreadPoolExecutor(3) as pool:
        found = list(
            pool.map(
                lambda n: site.visitor(f"198.51.100.{n}").sign_in("ana", PASSWORD, code).status, range(3)
            )
        )
    assert sorted(found) == [303, 403, 403]
    for form in (code, f" {code[:3]} {code[3:]} ", "", "１２３４５６", code + "0"):
        assert site.visitor("203.0.113.6").sign_in("ana", PASSWORD, form).status in (403, 429)


@dataclass
class Hashes:
    """How many hashes were made, and how many at once at most."""

    made: int = 0
    most: int = 0
    under_way: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> Hashes:
    """Counts calls of the real one."""
    counted, real = Hashes(), password_hashes._matches

    def matches(kept: str | None, text: str) -> bool:
        with counted.lock:
            counted.made += 1
            counted.under_way += 1
            counted.most = max(counted.most, counted.under_way)
        try:
            return real(kept, text)
        finally:
            with counted.lock:
                counted.under_way -= 1

    monkeypatch.setattr(password_hashes, "_matches", matches)
    return counted


@pytest.mark.parametrize(
    "sources",
    [pytest.param(1, id="one address", marks=pytest.mark.long), pytest.param(60, id="sixty addresses")],
)
@pytest.mark.usefixtures("dear")
def test_sixty_at_once_hash_one_by_one_and_hold_up_no_other_page(
    site: Site, hashes: Hashes, sources: int
) -> None:
    guests = [site.visitor(f"198.51.100.{n % sources}") for n in range(60)]
    forms = [guest.ask("/console/sign-in").form for guest in guests]

    def attempt(n: int) -> Answer:
        body = f"name=user{n}&password={WRONG}&form={forms[n]}".replace(" ", "+")
        return guests[n].ask("/console/sign-in", "POST", body)

    ana = site.visitor("203.0.113.9")
    with ThreadPoolExecutor(60) as pool:
        attempts = [pool.submit(attempt, n) for n in range(60)]
        pages = 0
        while wait(attempts, 0.2).not_done:
            assert ana.ask("/console/sign-in").status == 200
            pages += 1
        answers = [a.result() for a in attempts]
    assert {a.status for a in answers} <= {403, 429}
    assert all(a.headers["Retry-After"] for a in answers if a.status == 429)
    assert hashes.most == 1
    assert hashes.made == sum(a.status == 403 for a in answers) <= 60
    assert any(a.status == 429 for a in answers)
    assert pages > 0
    assert ana.sign_in("ana", PASSWORD).status == 303


@pytest.mark.usefixtures("dear")
def test_known_browsers_have_a_lane_of_their_own(site: Site, hashes: Hashes) -> None:
    ana = site.visitor()
    assert ana.sign_in("ana", PASSWORD).status == 303
    with ThreadPoolExecutor(30) as pool:
        strangers = [
            pool.submit(lambda n=n: site.visitor(f"198.51.100.{n}").sign_in(f"user{n}", WRONG).status)
            for n in range(30)
        ]
        assert ana.sign_in("ana", PASSWORD).status == 303
        assert {s.result() for s in strangers} <= {403, 429}
    assert hashes.most <= 2


@pytest.mark.usefixtures("dear")
def test_a_hash_that_is_too_weak_by_now_is_renewed_in_passing(site: Site) -> None:
    with site.store.write() as connection:
        weak = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
        operators.set_password_hash(connection, "bo", weak)
    bo = site.visitor()
    assert bo.sign_in("bo", PASSWORD).status == 303 and bo.is_in
    with site.store.read() as connection:
        found = operators.find_credentials(connection, "bo")
    assert found is not None and "m=65536" in found.password_hash
    assert site.visitor().sign_in("bo", PASSWORD).status == 303


def test_nothing_is_learned_of_which_names_exist(site: Site, hashes: Hashes) -> None:
    def seen(name: str) -> list[tuple[int, str, int]]:
        stranger, found = site.visitor("198.51.100.200"), []
        for _ in range(6):
            before = hashes.made
            answer = stranger.sign_in(name, WRONG)
            text = answer.text.replace(answer.form, "")
            found.append((answer.status, text, hashes.made - before))
        return found

    assert seen("ana") == seen("nobody") == seen("n" * 3000) == seen("a\x01")


@pytest.mark.parametrize(
    "password", ["x" * 1_000_000, "\x00" * 20, "\udcff\udcfe not utf-8", "", "𝟘" * 2000, "👩‍👩‍👧" * 100]
)
def test_any_password_is_answered(password: str) -> None:
    assert password_hashes.verify(None, password) is False


def test_a_password_of_a_megabyte_is_not_hashed(site: Site, hashes: Hashes) -> None:
    assert site.visitor().sign_in("ana", "x" * 15_000).status == 403
    assert site.visitor().sign_in("ana", "x" * 1_000_000).status == 413
    assert hashes.made == 0


def test_one_password_is_typed_in_many_ways() -> None:
    kept = password_hashes.hash_password("ca\u0301 voi xanh \uff11\uff12\uff13 ngủ ngon", "ana")
    assert password_hashes.verify(kept, "cá voi xanh 123 ngủ ngon")
    assert not password_hashes.verify(kept, "ca voi xanh 123 ngu ngon")
    before = password_hashes._hasher().hash("ฉันทำน้ำตก")  # as it was kept before it was brought into one form
    assert password_hashes.verify(before, "ฉันทำน้ำตก")
    for wrong in ("kuda laut \x00 membaca", "kuda laut \udcff membaca koran"):
        with pytest.raises(AseanwatchError, match="text"):
            password_hashes.hash_password(wrong, "ana")


def test_a_name_is_typed_in_many_ways(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with store.write() as connection:
        operators.add(connection, "Zoe\u0308", PASSWORD, "reader", NOON)
        for name in ("Zoë", "Zoe\u0308"):
            assert (found := operators.find_credentials(connection, name)) is not None and found.name == "Zoë"
        for name in ("zoë", "", "Zoë\x00", "Zoë ", "\udcff", "Z" * 500):
            assert operators.find_credentials(connection, name) is None
        for name in ("", "a b", "a\x00b", "a\u202eb", "\u200b", "x" * 81):
            with pytest.raises(AseanwatchError, match="a name has"):
                operators.add(connection, name, PASSWORD, "reader", NOON)


def test_nobody_can_put_a_session_under_somebody(site: Site) -> None:
    mallory, ana = site.visitor(), site.visitor()
    assert mallory.sign_in("bo", PASSWORD).status == 303
    ana.cookies["aw_session"] = put = mallory.cookies["aw_session"]
    assert ana.sign_in("ana", PASSWORD).status == 303
    assert ana.cookies["aw_session"].value != put.value
    assert ana.is_in and not mallory.is_in, "the session that the browser had is over"
    made_up = site.visitor()
    made_up.ask("/console/sign-in")
    made_up.cookies["aw_session"] = made_up.cookies["aw_form"]
    assert not made_up.is_in


def test_a_session_ends_where_it_should(site: Site) -> None:
    ana, elsewhere = site.visitor(), site.visitor()
    for one in (ana, elsewhere):
        assert one.sign_in("ana", PASSWORD).status == 303
    old = ana.cookies["aw_session"]
    form = ana.ask("/console/account").form
    assert ana.ask("/console/sign-out", "POST", f"form={form}").status == 303
    assert "aw_session" not in ana.cookies
    ana.cookies["aw_session"] = old
    assert not ana.is_in and elsewhere.is_in
    with site.store.write() as connection:
        operators.set_password(connection, "ana", PASSWORD)
    assert not elsewhere.is_in


def test_cookies_are_for_this_host_and_its_pages_alone(site: Site) -> None:
    ana = site.visitor()
    assert ana.sign_in("ana", PASSWORD).status == 303
    assert {"aw_session", "aw_form", "aw_device"} <= set(ana.cookies)
    for name, cookie in ana.cookies.items():
        assert cookie["httponly"] and cookie["samesite"].lower() == "strict" and not cookie["domain"], name
        assert cookie["path"] == ("/" if name in ("aw_session", "aw_form", "aw_device") else "/console")
    assert int(ana.cookies["aw_session"]["max-age"]) <= timedelta(days=14).total_seconds()
    assert ana.cookies["aw_form"]["max-age"] == ""


@pytest.mark.parametrize("after", [
    "//evil.example", "https://evil.example", "/console//evil.example", "/console/\\evil.example", "\\\\evil.example", "/consolex",
    "/console/\r\nSet-Cookie: a=b", "javascript:alert(1)", "/console@evil.example", "/\t/evil.example",
])  # fmt: skip
def test_signing_in_leads_to_no_other_site(site: Site, after: str) -> None:
    answer = site.visitor().post(name="ana", password=PASSWORD, next=after)
    assert (answer.status, answer.headers["Location"]) == (303, "/console/")
    assert "evil" not in str(answer.headers)


def test_the_audit_log_is_not_flooded(site: Site) -> None:
    for n in range(30):
        site.visitor(f"198.51.100.{n}").sign_in(f"made-up-{n}", WRONG)
    site.visitor("203.0.113.1").sign_in("ana", PASSWORD)
    while len(failed := [n for n in site.notes() if n[1] == "failed to sign in"]) < MOST:
        pass  # it is written down after the answer, so that its time says nothing
    assert failed == [("somebody", "failed to sign in")] * MOST


class Ticks:
    """A clock for counters."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_what_was_not_noted_is_noted_as_a_number_later() -> None:
    ticks = Ticks()
    failures = Failures(ticks)
    assert [failures.record("somebody") for _ in range(MOST + 500)] == [1] * MOST + [0] * 500
    assert failures.record("ana") == 1, "of somebody who exists nothing is lost in that flood"
    ticks.now += SPAN + 1
    assert failures.record("somebody") == 501
    assert failures.take_unwritten("somebody") == failures.take_unwritten("bo") == 0


PAIR = LOCKS["pair"]


def test_pauses_double_to_a_quarter_of_an_hour_and_are_forgotten() -> None:
    ticks = Ticks()
    attempts, who = Attempts(ticks), Attempt("ana", True, "198.51.100.1")
    waits = []
    for _ in range(PAIR + 12):
        attempts.record_failure(who)
        waits.append(attempts.wait(who))
        ticks.now += waits[-1]
    assert waits == [0] * (PAIR - 1) + [2, 4, 8, 16, 32, 64, 128, 256, 512] + [LONGEST] * 4
    assert attempts.wait(who) == 0, "waited long enough"
    ticks.now += FORGOTTEN
    attempts.record_failure(who)
    assert attempts.wait(who) == 0


def test_a_flood_of_names_pushes_out_no_counter_of_a_real_one() -> None:
    attempts, who = Attempts(Ticks()), Attempt("ana", True, "198.51.100.1")
    for _ in range(PAIR):
        attempts.record_failure(who)
    for n in range(KEPT + 1000):
        attempts.record_failure(Attempt(f"made-up {n}", False, "198.51.100.1"))
    assert attempts.wait(who) > 0
    assert all(len(counts) <= KEPT for counts in attempts._counts.values())


def test_success_elsewhere_does_not_wipe_out_what_failed() -> None:
    attempts = Attempts(Ticks())
    stranger, ana, mallory = (
        Attempt("ana", True, "s"),
        Attempt("ana", True, "a"),
        Attempt("mallory", True, "s"),
    )
    for _ in range(PAIR):
        attempts.record_failure(stranger)
    attempts.record_success(ana)
    attempts.record_success(mallory)
    assert attempts.wait(stranger) > 0


def test_strangers_at_one_name_come_one_after_the_other() -> None:
    ticks = Ticks()
    attempts = Attempts(ticks)
    for n in range(CROWD):
        assert attempts.reserve_turn(Attempt("ana", True, f"source {n}")) == 0
        attempts.record_failure(Attempt("ana", True, f"source {n}"))
    turns = [attempts.reserve_turn(Attempt("ana", True, f"another {n}")) for n in range(20)]
    assert turns[:4] == [0, 1, 2, 3] and max(turns) > PATIENCE >= turns[5]
    assert max(turns) <= PATIENCE + WIDEST
    assert attempts.reserve_turn(Attempt("bo", True, "another 1")) == 0
    assert attempts.reserve_turn(Attempt("ana", True, "another 1", "device")) == 0
    ticks.now += FORGOTTEN + 20
    assert [attempts.reserve_turn(Attempt("ana", True, "x")) for _ in range(3)] == [0, 0, 0]


def test_a_crowd_at_one_name_leaves_places_to_others() -> None:
    lane = AttemptLane(12, 4)
    with ExitStack() as stack:
        for n in range(4):
            stack.enter_context(lane.slot(f"source {n}", "name ana"))
        with pytest.raises(BusyError), lane.slot("source 9", "name ana"):
            pass
        with lane.slot("source 9", "name bo"):
            pass
    assert not lane._inside
    with lane.slot("source 9", "name ana"):
        pass


def test_so_few_threads_sign_in_that_all_others_are_left_to_other_pages() -> None:
    assert signing_in.threads().total_tokens <= 40
