"""Before the first operator no network address has access, a link signs in once, and pages for others are not served."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.identity import operators, sign_in_links
from alerts.web.serving import say_way_in
from crawler.commands.context import open_store
from crawler.config import load
from crawler.store import Store
from crawler.store.schema import audit
from tests.builders import NOON, new_store
from tests.conftest import run
from tests.many.test_serving import started as until_it_says
from tests.newsroom.configuration import packaged, with_sections
from tests.security.conftest import PASSWORD, configured, set_up
from tests.security.service import Service, running
from tests.security.visitor import Visitor

CLOSED = [
    "/console/", "/console/account", "/console/topics", "/console/sources.opml", "/console/register.csv", "/console/health",
    "/console/subscriptions", "/metrics", "/api/v1/stories", "/api/v1/openapi.json", "/api/v1/subscriptions", "/api/v1/events",
    "/api/v1/feed.atom", "/api/v1/docs", "/api/v1/redoc",
]  # fmt: skip
DISGUISES: list[dict[str, str]] = [
    {}, {"Host": "localhost"}, {"Host": "[::1]:8080"}, {"Host": "127.0.0.1"}, {"X-Forwarded-For": "127.0.0.1"},
    {"Forwarded": "for=127.0.0.1;host=localhost;proto=http"}, {"X-Real-IP": "::1"}, {"X-Forwarded-Host": "localhost"},
    {"Host": "attacker.example"}, {"Cookie": "aw_session=local"}, {"Authorization": "Bearer local"}, {"Authorization": "Basic bG9jYWw6"},
]  # fmt: skip


@pytest.mark.parametrize("disguise", DISGUISES, ids=str)
def test_nothing_is_open(site: str, disguise: dict[str, str]) -> None:
    visitor = Visitor(site, disguise)
    for path in CLOSED:
        assert visitor.ask(path).status in (401, 403, 404, 421), path
        assert visitor.ask(path, "POST", "query=durian").status in (401, 403, 404, 405, 421), path
    assert visitor.ask("/api/v1/topics/durian", "PUT", '{"query": "durian"}').status in (401, 421)
    assert visitor.ask("/api/v1/topics/durian", "DELETE").status in (401, 421)


def test_only_the_way_in_is_shown(site: str) -> None:
    page = Visitor(site).ask("/console/")
    assert page.status == 403
    assert "aseanwatch operators link" in page.text
    assert 'href="/console/topics"' not in page.text


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose link nobody has used."""
    with running(configured(tmp_path_factory.mktemp("started")), ("run",)) as made:
        Visitor(made.url).ask("/healthz")
        yield made


def printed(service: Service) -> str:
    """The link that the program printed."""
    found: list[str] = []
    while not found:
        found = re.findall(r"http://127\.0\.0\.1:\d+/console/sign-in#link=[\w-]+", service.said)
    assert len(found) == 1
    return found[0]


def test_the_printed_link_lets_in_once_and_a_command_makes_another(started: Service) -> None:
    link = printed(started)
    assert link.startswith(started.url)
    first, second, third = (Visitor(started.url) for _ in range(3))
    assert first.follow(link).status == 303
    assert first.is_in and first.ask("/api/v1/stories").status == 200
    assert second.follow(link).status == 403 and not second.is_in
    secret = run("operators", "link", cwd=started.folder).out.strip().partition("#")[2]
    newer = run("operators", "link", cwd=started.folder).out.strip()
    assert third.follow(f"x#{secret}").status == 403, "a newer one ends it"
    assert third.follow(newer).status == 303
    stored = b"".join(
        p.read_bytes() for p in started.folder.glob("aseanwatch.db*") if not p.name.endswith(".key")
    )
    assert link.partition("=")[2].encode() not in stored and newer.partition("=")[2].encode() not in stored

    unused = run("operators", "link", cwd=started.folder).out.strip()
    set_up(started.folder, "ana")
    assert not first.is_in and not third.is_in, "who was let in before signs in now"
    assert first.ask("/api/v1/stories").status == 401
    assert Visitor(started.url).follow(unused).status == 403
    assert run("operators", "link", cwd=started.folder).status == 2
    assert Visitor(started.url).sign_in("ana", PASSWORD).status == 303


def test_a_link_is_guessed_or_forged_by_nobody(service: Service) -> None:
    visitor = Visitor(service.url)
    for guess in ("", "x", "local", "%00", "é" * 40, "a" * 5000, "' OR 1=1 --"):
        assert visitor.follow(f"#link={guess}").status == 403
    form = visitor.ask("/console/sign-in").form
    link = run("operators", "link", cwd=service.folder).out.strip().partition("=")[2]
    body = f"link={link}&form={form}"
    assert visitor.ask("/console/sign-in", "POST", body, Origin="https://evil.example").status == 403
    assert visitor.ask("/console/sign-in", "POST", f"link={link}").status == 403, "a form of another site"
    assert visitor.ask(f"/console/sign-in?link={link}").status == 200 and not visitor.is_in, (
        "a GET changes nothing"
    )
    assert visitor.ask("/console/sign-in", "POST", body, Origin=service.url).status == 303


def test_wrong_links_are_written_down_without_a_flood(service: Service) -> None:
    visitor = Visitor(service.url)
    form = visitor.ask("/console/sign-in").form
    for n in range(30):
        assert visitor.ask("/console/sign-in", "POST", f"link=guess{n}&form={form}").status == 403
    store = Store(f"sqlite:///{service.folder / 'aseanwatch.db'}")
    found: list[str] = []
    while len(found) < 20:  # it is written down after the answer
        with store.read() as connection:
            found = list(
                connection.scalars(
                    select(audit.c.target).where(audit.c.action == "came with a link that opens nothing")
                )
            )
    assert found == ["127.0.0.1"] * 20


def test_a_link_ends_after_some_hours_and_with_the_first_operator(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with store.write() as connection:
        secret = sign_in_links.create(connection, NOON)
        assert sign_in_links.is_valid(connection, secret, NOON + timedelta(hours=7))
        assert not sign_in_links.is_valid(connection, secret, NOON + timedelta(hours=9))
        operators.add(connection, "ana", PASSWORD, "reader", NOON)
        assert not sign_in_links.is_valid(connection, secret, NOON)


PUBLIC = {"delivery": {"from": "w@example.org", "public_url": "https://watch.example.org"}}


@pytest.mark.parametrize(
    ("command", "sections"),
    [
        (("run",), PUBLIC), (("web",), PUBLIC), (("run", "--role", "web"), {"web": {"host": "0.0.0.0", "port": 0}}),
        (("run",), {"web": {"host": "::", "port": 0}}),
    ],
)  # fmt: skip
def test_pages_for_others_are_not_served_before_somebody_is_set_up(
    tmp_path: Path, command: tuple[str, ...], sections: dict[str, object]
) -> None:
    own = {"sources": [], "subscriptions": [], "web": {"port": 0}, **sections}
    (tmp_path / "config.yaml").write_text(with_sections(packaged(), **own), encoding="utf-8")
    done = run(*command, cwd=tmp_path)
    assert done.status == 2
    assert len([line for line in done.err.strip().splitlines() if "[warning" not in line]) == 1
    assert "aseanwatch operators add" in done.err
    assert "#link=" not in done.out + done.err


def test_without_pages_the_service_runs_all_the_same(tmp_path: Path) -> None:
    own = {"sources": [], "subscriptions": [], **PUBLIC}
    (tmp_path / "config.yaml").write_text(with_sections(packaged(), **own), encoding="utf-8")
    store = open_store(load(tmp_path / "config.yaml"))
    store.close()
    with until_it_says(tmp_path, "run", "--no-web", until="watching") as process:
        assert process.poll() is None


def test_the_link_does_not_go_into_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """systemd names the journal by device and inode in a variable; what is printed is then for many eyes, and kept."""
    store = new_store(tmp_path)
    stat = os.fstat(2)
    monkeypatch.setenv("JOURNAL_STREAM", f"{stat.st_dev}:{stat.st_ino}")
    say_way_in(store, "http://127.0.0.1:8080").join()
    said = capfd.readouterr().err
    assert "aseanwatch operators link" in said and "#link=" not in said
    # That of whoever started the terminal
    monkeypatch.setenv("JOURNAL_STREAM", f"{stat.st_dev}:{stat.st_ino + 1}")
    say_way_in(store, "http://127.0.0.1:8080").join()
    assert "http://127.0.0.1:8080/console/sign-in#link=" in capfd.readouterr().err
