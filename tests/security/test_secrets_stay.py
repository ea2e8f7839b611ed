"""A running service reveals no secret: through changes and trials by tokens, lists, exports, pages or logs."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from alerts.identity import operators, tokens
from crawler.config import load
from crawler.config.logs import secrets_of
from crawler.config.settings import Settings
from crawler.runtime.clock import now
from crawler.runtime.redaction import without_credentials
from crawler.store import Store
from crawler.store.postgres_programs import on_database
from tests.conftest import run
from tests.crawler.config.test_errors import GOOD
from tests.faults.behaviours import answer, redirect
from tests.faults.server import Asked, Behaviour, FaultServer, Writer
from tests.ingesting import item, rss
from tests.security.api import ask
from tests.security.service import Service, running

VALUE, KEY = "hush-4711", "k3y-of-the-outlet"
SETTINGS = f"""web: {{port: 0}}
delivery: {{from: watch@example.org, public_url: "http://127.0.0.1", signup: true, smtp: {{password: "${{SMTP_PASSWORD}}"}}}}
{GOOD.replace("https://outlet.example/feed", f"https://me:{KEY}@outlet.example/feed?api_key={KEY}&page=1").replace("{query: $china AND", "{title: '${SMTP_PASSWORD}', query: $china AND")}"""
HOSTILE = (
    "${SMTP_PASSWORD}",
    "$${SMTP_PASSWORD}",
    "${NONE:-${SMTP_PASSWORD}}",
    "$$${SMTP_PASSWORD}",
    "${SMTP_PASSWORD:-}",
)


@dataclass(frozen=True)
class Open:
    """A running service with a token of each scope and the session of a reader."""

    service: Service
    reading: str
    writing: str
    session: str

    def page(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """The status and the text of a page as the reader sees it."""
        data = None if form is None else urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(
            self.service.url + path, data, {"Cookie": f"aw_session={self.session}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as got:
                return got.status, got.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """A service whose environment holds a password and whose only source has a key."""
    folder = tmp_path_factory.mktemp("secrets")
    (folder / "config.yaml").write_text(SETTINGS, encoding="utf-8")
    store = Store(load(folder / "config.yaml", {"SMTP_PASSWORD": VALUE}).storage.url)
    store.upgrade()
    with store.write() as connection:
        operators.add(connection, "ana", "seven green herons", "operator", now())
        operators.add(connection, "ravi", "eleven grey storks", "reader", now())
        reading, writing = (tokens.add(connection, scope, [scope], now()) for scope in ("read", "write"))
        session = operators.begin_session(connection, "ravi", "a browser", now())
    store.close()
    with running(folder, SMTP_PASSWORD=VALUE) as service:
        yield Open(service, reading, writing, session)


def test_at_its_start_the_log_says_what_is_text_and_may_have_been_meant_as_a_reference(opened: Open) -> None:
    assert "config.yaml:24: topics.trade.title: ${SMTP_PASSWORD} is plain text here" in opened.service.said


def test_what_a_write_token_writes_is_shown_as_it_is(opened: Open) -> None:
    url = opened.service.url
    for title in HOSTILE:
        status, made = ask(
            url, "/topics/trade", {"title": title, "query": "$trade"}, token=opened.writing, method="PUT"
        )
        assert (status, made["title"]) == (200, title), made
        shown = [
            opened.page(path)
            for path in (
                "/",
                "/feeds/topics/trade.atom",
                "/feeds/topics/trade.json",
                "/console/topics",
                "/console/topics/trade",
            )
        ]
        assert {status for status, _ in shown} == {200}
        assert "SMTP_PASSWORD" in shown[0][1], "the form to sign up names its topics by their titles"
        assert VALUE not in "".join(text for _, text in shown) + str(
            ask(url, "/topics", token=opened.reading)
        )


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_read_token_tries_is_quoted_as_it_is(opened: Open, text: str) -> None:
    for query in (
        f"{text} AND",
        f"a AND ){text}",
        f"a ^{text}",
        f'"{text}" AND (',
        f"${text}",
        f"country:{text}",
    ):
        _, told = ask(
            opened.service.url, "/topics/trade/try", {"query": query, "title": text}, token=opened.reading
        )
        assert "hush" not in str(told) and "4711" not in str(told), "not a part of it either"
        assert "the value of" not in str(told)
    status, told = ask(
        opened.service.url,
        f"/topics/{urllib.parse.quote(text, safe='')}/try",
        {"query": "a"},
        token=opened.reading,
    )
    assert status in (404, 422) and VALUE not in str(told)


def test_what_a_read_token_is_told_is_about_its_topic_alone(opened: Open) -> None:
    _, told = ask(opened.service.url, "/topics/trade/try", {"query": "$nothing"}, token=opened.reading)
    assert (
        told["detail"] == "query: unknown term set $nothing; add it under terms, or write a set that is there"
    )
    assert str(opened.service.folder) not in str(told)


def test_a_guess_at_a_secret_is_answered_like_any_other_word(opened: Open) -> None:
    told = []
    for guess in (VALUE, "hush-4712"):
        _, problem = ask(
            opened.service.url, "/topics/trade/try", {"query": f"a AND ){guess}"}, token=opened.reading
        )
        assert guess in problem["detail"]
        told.append(problem["detail"].replace(guess, "…"))
    assert told[0] == told[1]


def test_a_reader_of_the_console_tries_nothing(opened: Open) -> None:
    status, text = opened.page("/console/topics/trade", {"query": "${SMTP_PASSWORD} AND", "do": "try"})
    assert status == 403 and VALUE not in text


def test_the_key_of_a_source_is_in_no_list_and_no_export(opened: Open) -> None:
    pages = [
        opened.page(p)
        for p in ("/console/sources", "/console/sources/outlet", "/console/sources.opml", "/console/")
    ]
    listed = ask(opened.service.url, "/sources", token=opened.reading)
    assert {status for status, _ in pages} == {200} == {listed[0]}
    assert "outlet.example/feed?api_key=…" in pages[1][1]
    assert listed[1]["items"][0]["url"] == "https://…@outlet.example/feed?api_key=…&page=1"
    metrics = urllib.request.Request(
        f"{opened.service.url}/metrics", headers={"Authorization": f"Bearer {opened.reading}"}
    )
    with urllib.request.urlopen(metrics) as answered:
        assert KEY not in answered.read().decode()
    assert KEY not in "".join(text for _, text in pages) + str(listed) + opened.service.said
    assert VALUE not in opened.service.said


def test_commands_that_list_and_export_leave_keys_out_unless_asked(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(SETTINGS, encoding="utf-8")
    for command in (["sources", "list"], ["sources", "list", "--json"], ["sources", "export"]):
        done = run(*command, cwd=tmp_path, SMTP_PASSWORD=VALUE)
        assert done.status == 0 and KEY not in done.out + done.err
    assert "1 addresses are written without their passwords and keys" in done.err
    done = run("sources", "export", "--with-keys", cwd=tmp_path, SMTP_PASSWORD=VALUE)
    assert done.out.count(KEY) == 2


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://a.example/f?key=x1&b=2", "https://a.example/f?key=…&b=2"),
        ("https://a.example/f?b=2&Access-Token=x%2By;c=3", "https://a.example/f?b=2&Access-Token=…;c=3"),
        ("https://a.example/f?apikey=x#access_token=y", "https://a.example/f?apikey=…#access_token=…"),
        ("https://u:p@a.example/", "https://…@a.example/"),
        ("https://token@a.example/", "https://…@a.example/"),
        ("https://a.example/f?X-Amz-Signature=ab&X-Amz-Credential=cd", "https://a.example/f?X-Amz-Signature=…&X-Amz-Credential=…"),
        ("https://a.example/f?pass=x&sig=y&client_secret=z&pwd=w", "https://a.example/f?pass=…&sig=…&client_secret=…&pwd=…"),
        ("https://a.example/f?keyword=asean&author=li&design=1&passport=2", "https://a.example/f?keyword=asean&author=li&design=1&passport=2"),
        ("https://a.example/@user/feed", "https://a.example/@user/feed"),
        ("mail desk@example.org at 12:30", "mail desk@example.org at 12:30"),
    ],
)  # fmt: skip
def test_an_address_is_shown_without_what_opens_it(address: str, shown: str) -> None:
    assert without_credentials(address) == shown


def noting(noted: dict[str, dict[str, str]], then: Behaviour) -> Behaviour:
    """A behaviour that notes with which headers its path was asked for."""

    async def does(asked: Asked, writer: Writer) -> None:
        noted[asked.path] = asked.headers
        await then(asked, writer)

    return does


def test_the_headers_of_a_source_go_to_its_own_site_alone(tmp_path: Path) -> None:
    """What its feed links to, and where its site redirects, may be anybody's."""
    own: dict[str, dict[str, str]] = {}
    theirs: dict[str, dict[str, str]] = {}
    html = {"Content-Type": "text/html"}
    page = answer(
        b"<html><body><article><p>China and Laos sign a trade agreement.</p></article></body></html>", html
    )
    with FaultServer({}) as stranger, FaultServer({}) as outlet:
        links = [outlet.address("a"), outlet.address("away"), stranger.address("b")]
        feed = answer(
            rss(
                *(
                    item(f"China and Laos sign trade agreement {n}", url, at=now())
                    for n, url in enumerate(links)
                )
            )
        )
        outlet.behaviours |= {
            "feed": noting(own, feed),
            "a": noting(own, page),
            "away": noting(own, redirect(stranger.address("c"))),
        }
        stranger.behaviours |= {"b": noting(theirs, page), "c": noting(theirs, page)}
        source = f'{{name: outlet, url: "{outlet.address("feed")}", pages: always, headers: {{Authorization: "Bearer ${{KEY}}", X-Key: "${{KEY}}"}}}}'
        text = GOOD.replace('{name: outlet, url: "https://outlet.example/feed"}', source)
        (tmp_path / "config.yaml").write_text(
            text + "crawl: {allow_private: [127.0.0.1], robots: false}\n", encoding="utf-8"
        )
        done = run("crawl", cwd=tmp_path, KEY=KEY)
    assert done.status == 0, done.err
    assert {path: headers.get("x-key") for path, headers in own.items()} == {
        "feed": KEY,
        "a": KEY,
        "away": KEY,
    }
    assert own["feed"]["authorization"] == f"Bearer {KEY}"
    assert set(theirs) == {"b", "c"}, "both were asked"
    assert KEY not in str(theirs)
    assert KEY not in done.out + done.err


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://watch:hush-4711@db.example/watch",
        "postgresql+psycopg://watch@/watch?host=/run/pg&password=hush-4711",
        "postgresql+psycopg://watch@db.example/watch?sslpassword=hush-4711&sslmode=require",
        "postgresql+psycopg://watch:hush-4711@db.example/watch?password=hush-4711",
    ],
)
def test_the_address_of_a_store_is_shown_without_its_passwords(url: str, tmp_path: Path) -> None:
    store = Store(url)
    assert "hush" not in store.name and "watch" in store.name
    assert "hush-4711" in secrets_of(
        Settings.model_validate(yaml.safe_load(GOOD) | {"storage": {"url": url}})
    )
    if "ssl" not in url:
        words, environment = on_database(store.url, ["true"], 0)
        assert "hush" not in " ".join(words) and environment["PGPASSWORD"] == "hush-4711"
    store.close()


def test_a_password_that_would_move_the_host_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValidationError) as error:
        Settings.model_validate(
            yaml.safe_load(GOOD)
            | {"storage": {"url": "postgresql+psycopg://watch:p@ss/w0rd@db.example/watch"}}
        )
    assert "%40" in str(error.value) and "w0rd" not in error.value.errors()[0]["msg"]
