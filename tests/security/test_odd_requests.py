"""Every route answers any address, header, form or body, and never fails."""

from __future__ import annotations

import html
import http.client
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount, Route

import alerts.web
from alerts.identity import operators, tokens
from alerts.operations.live_config import Live
from alerts.web.api.strict import read_json
from alerts.web.app import application
from alerts.web.bounds import Bounds
from alerts.web.console.notice import LASTS, Notice, opened, sealed
from alerts.web.console.request import form_token
from alerts.web.context import WebContext
from alerts.web.cookies import NOTICE, SESSION
from alerts.web.serving import Pages
from crawler.config import load
from crawler.runtime.clock import now
from crawler.store import Store
from tests.builders import keep
from tests.many.conftest import database, postgres  # noqa: F401 - fixtures

ODD = [
    "a\0b", "-1", "9223372036854775808", "9" * 1_900, "1e999", "٣", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "2025-02-30", f"{'9' * 18}-{'9' * 18}", "99999999999.9-1", f"{'9' * 16}_{'9' * 18}", "../../etc/passwd", "\r\nX: y",
    "\u202e\U0010ffff\ufffe", "",
]  # fmt: skip
"""One of each kind: not text, not a number, more than 64 bits, no moment in UTC, no cursor, no name, meant for another program."""
TO_SQL = [
    "a\0b",
    "9223372036854775808",
    "0001-01-01T00:00:00+14:00",
    f"{'9' * 18}-{'9' * 18}",
    f"{'9' * 16}_{'9' * 18}",
]
"""What databases take differently."""
METHODS = frozenset({"GET", "POST", "PUT", "DELETE"})
SLOW = (
    "/console/topics/{name}/suggestions",
    "/subscribe",
    "/confirm/{token}",
    "/rejoin/{token}",
    "/manage/{token}",
    "/one-click/{token}",
)
"""These go through all articles, or take their time on purpose; the first values are enough for them."""

TERMS = ("crime", "dispute", "festival", "sport", "china_asean", "china", "cooperation", "other_power", "asean_or_member", "agreement",
         "two_sides", "base", "established", "launch")  # fmt: skip
SMALL = """
storage: {{url: {url}}}
web: {{port: 0}}
delivery: {{public_url: http://127.0.0.1, signup: true, from: watch@example.org, secret: "${{WATCH_SECRET:-a-secret-of-this-test-and-no-other}}"}}
sources: []
terms: {terms}
topics:
  rail:
    title: Railways
    query: '"railway"'
"""
FIELDS = sorted({
    name
    for file in Path(alerts.web.__path__[0]).rglob("*.py")
    for name in re.findall(r'(?:\.(?:value|values|integers?|form_value|get)\(|form\[)"(\w+)"', file.read_text(encoding="utf-8"))
})  # fmt: skip
"""Every field that a page or a form of ours reads."""


class Fading(Live):
    """Streams end after their second look."""

    @property
    def ended(self) -> bool:
        return next(self._turns) % 2 == 1

    @ended.setter
    def ended(self, value: bool) -> None:
        self._turns = count()


@dataclass
class Answer:
    """What came back."""

    status: int
    text: str
    headers: http.client.HTTPMessage


class Asker:
    """Asks a real server as an operator, and as a program that may write."""

    def __init__(self, folder: Path, url: str) -> None:
        file = folder / "config.yaml"
        file.write_text(
            SMALL.format(url=url, terms=json.dumps({name: {"en": [f"{name} word"]} for name in TERMS})),
            encoding="utf-8",
        )
        live = Fading(file, load(file))
        self.store = Store(url)
        self.store.upgrade()
        keep(
            self.store,
            "China and Laos sign rice research agreement in Vientiane",
            published=now(),
            first_seen=now(),
        )
        with self.store.write() as connection:
            operators.add(connection, "ana", "otter violin granite seven", "operator", now())
            session = operators.begin_session(connection, "ana", "a browser", now())
            token = tokens.add(connection, "a program", ["read", "write"], now())
        self.form = form_token(live.settings, self.store, session)
        self._api, self.cookie = {"Authorization": f"Bearer {token}"}, f"{SESSION}={session}"
        self.app = application(WebContext(live, self.store, now))
        self.pages = Pages(live, self.store, bounds=Bounds(stream_pause=0.0))
        self._connection = http.client.HTTPConnection("127.0.0.1", self.pages.port, timeout=30)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: Any) -> Answer:
        """One request; the connection is used again where the server lets it."""
        known = self._api if path.startswith("/api/") else {"Cookie": self.cookie}
        self._connection.request(method, path, body or None, {**known, **headers})
        answer = self._connection.getresponse()
        return Answer(answer.status, answer.read().decode("utf-8", "replace"), answer.headers)

    def __enter__(self) -> Asker:
        self.pages.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self.pages.stop()
        self.store.close()


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """Over SQLite."""
    folder = tmp_path_factory.mktemp("odd")
    with Asker(folder, f"sqlite:///{folder / 'store.db'}") as made:
        yield made


def routes(found: list[BaseRoute], before: str = "") -> Iterator[tuple[str, Route]]:
    """Every route with its whole path."""
    for one in found:
        if isinstance(one, Mount):
            yield from routes(list(one.routes), before + one.path)
        elif isinstance(one, Route):
            yield before + one.path, one


def filled(path: str, value: str) -> str:
    """A path whose parameters hold a value; numbers, where nothing else leads to the route, only digits."""
    digits = re.sub("[^0-9]", "", value) or "1"
    path = re.sub(r"\{\w+:int\}", digits, path)
    return re.sub(r"\{\w+(:\w+)?\}", quote(value or "x", safe="", errors="replace"), path)


def declared(route: Route) -> list[str]:
    """The parameters that a route of the API declares for its address."""
    if not isinstance(route, APIRoute):
        return []
    parts = [route.dependant, *route.dependant.dependencies]
    return sorted({p.alias for d in parts for p in d.query_params})


def requests(
    one: Asker, path: str, route: Route, value: str
) -> Iterator[tuple[str, str, bytes, dict[str, Any]]]:
    """All that is asked of one route for one odd value."""
    header = value.encode("utf-8", "replace").replace(b"\r\n", b" ").replace(b"\0", b"")[:500]
    heads = dict.fromkeys(("Last-Event-ID", "If-None-Match", "Accept-Language", "Referer"), header)
    odd = filled(path, value)
    for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
        known = filled(path, "gone" if method == "DELETE" else "rail")
        if odd != known:
            yield method, odd, b"", {}
        if method in ("POST", "PUT"):
            yield method, known, *body_of(path, value, one.form)
        elif path.startswith("/console"):
            yield method, f"{known}?{encoded(dict.fromkeys(FIELDS, value))}"[:7_900], b"", heads
        else:
            yield method, known, b"", heads
        for name in declared(route):  # one wrong parameter is enough for the API not to look at the others
            yield method, f"{known}?{encoded({name: value})}", b"", {}


def body_of(path: str, value: str, form: str) -> tuple[bytes, dict[str, Any]]:
    """A body whose fields all hold a value."""
    if not path.startswith("/api/"):
        return encoded({**dict.fromkeys(FIELDS, value), "form": form}).encode(), {
            "Content-Type": "application/x-www-form-urlencoded"
        }
    names = ("title", "query", "threshold", "name", "channel", "when")
    fields = dict.fromkeys(names, value) | {
        name: [value] for name in ("to", "topics", "languages", "countries")
    }
    return json.dumps(fields).encode(), {"Content-Type": "application/json"}


def encoded(fields: dict[str, str]) -> str:
    """Fields as an address or a form has them."""
    return urlencode(fields, errors="replace")


def failures(one: Asker, values: list[str], methods: frozenset[str] = METHODS) -> list[str]:
    """What made the application fail."""
    found = []
    for path, route in routes(list(one.app.routes)):
        for value in values[:2] if path in SLOW else values:
            for method, address, body, headers in requests(one, path, route, value):
                if method not in methods:
                    continue
                # The session is needed for all others
                whose = {"Cookie": ""} if path.endswith("/sign-out") else {}
                answer = one.ask(method, address, body, **headers, **whose)
                if answer.status >= 500 and path != "/readyz":
                    found.append(f"{method} {address} with {value!r}: {answer.status} {answer.text[:200]}")
    return found


@pytest.mark.long
def test_postgresql_takes_no_value_amiss(database: str, tmp_path: Path) -> None:
    with Asker(tmp_path, database) as one:
        assert not failures(one, TO_SQL, frozenset({"GET"}))


def test_no_value_makes_a_route_fail(lite: Asker) -> None:
    assert len(FIELDS) > 40
    assert len(list(routes(list(lite.app.routes)))) > 50
    assert not failures(lite, ODD)


ODD_HEADERS = {
    "Host": ["[::1", "[", "a:99999999", "a:b:c", "é", "a/b", "a@b", "[v1.x]", "a" * 5_000, "%5b::1"],
    "Origin": ["http://[", "null", "[::1", "é", "http://a:b:c"],
    "Referer": ["http://[", "http://[::1/console/", "é", "//", "http://a:b:c/console/"],
    "Cookie": ["aw_seen=1e999-1e999", "aw_seen=nan-nan", "aw_seen=-1e300-5", "aw_form=" + "é" * 40, "aw_session=é", "aw_language=é", "a",
               "=;=;", "aw_notice=é.é", 'aw_notice="\\777.a"'],
    "Authorization": ["Bearer", "Bearer é", "Basic x", "é", "Bearer " + "a" * 9_000, "bearer\taw_x"],
    "X-Forwarded-For": ["é", "[", ",,,,,", "a" * 5_000, "1" * 300], "X-Forwarded-Proto": ["é", "gopher", "https,http"],
    "Forwarded": ["for=[", "for=é"], "Accept-Language": [";;;,,,-", "é", "zh;" * 3_000], "Sec-Fetch-Site": ["é"], "HX-Request": ["true"],
    "Expect": ["x"], "If-None-Match": ["é", '"', "W/" * 2_000], "Upgrade": ["websocket", "h2c"], "Accept-Encoding": ["é", "gzip;q=nan"],
    "Content-Type": ["é", "multipart/form-data", "multipart/form-data; boundary=", "application/json; charset=é"],
    "Last-Event-ID": ["é"], "Range": ["bytes=0-0," * 500], "Traceparent": ["é", "00-0-0-0"], "User-Agent": ["\t", "é" * 5_000],
}  # fmt: skip
READ_SLOWLY = ("Origin", "X-Forwarded-For", "Content-Type", "Accept-Language")
"""What pages look at that take their time on purpose."""
PAGES = (
    "/",
    "/console/",
    "/console/sign-in",
    "/api/v1/topics",
    "/metrics",
    "/nowhere",
    "/feeds/topics/rail.atom",
    "/confirm/x",
)


def test_no_header_makes_a_page_fail(lite: Asker) -> None:
    form = encoded({"form": lite.form, "language": "zh", "name": "ana", "password": "wrong"}).encode()
    found = []
    for name, values in ODD_HEADERS.items():
        for value in values:
            odd = {name: value.encode()}
            tries = [
                *(("GET", path, b"") for path in PAGES),
                ("POST", "/console/language", form),
                *(
                    ("POST", path, form)
                    for path in ("/subscribe", "/confirm/x")
                    if name in READ_SLOWLY and value == values[0]
                ),
            ]
            for method, path, body in tries:
                answer = lite.ask(method, path, body, **odd)
                if answer.status >= 500:
                    found.append(f"{method} {path} {odd}: {answer.status}")
    assert not found


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_of_no_year_in_utc_is_told_to_programs_and_is_no_filter_for_people(
    lite: Asker, moment: str
) -> None:
    answer = lite.ask("GET", f"/api/v1/stories?{encoded({'since': moment})}")
    assert answer.status == 422
    assert "since" in answer.text
    assert "rice research" in lite.ask("GET", f"/console/?{encoded({'since': moment})}").text


def test_more_fields_than_a_form_of_ours_has_are_too_many(lite: Asker) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in ("/console/topics/new", "/console/sign-in", "/subscribe"):
        assert lite.ask("POST", path, b"&".join(b"f%d=1" % n for n in range(201)), **form).status == 413
    assert lite.ask("POST", "/console/language", b"a=%00", **form).status == 400


@pytest.mark.parametrize("body", [
    "[" * 20_000, '{"a":' * 10_000, '{"query": "a", "query": "b"}', '{"query": "a", "threshold": ' + "1" * 10_000 + "}",
    '{"query": "a", "threshold": NaN}', '{"query": "a", "threshold": 1e' + "9" * 400 + "}", '{"query": "\\u0000"}', '{"query": "\\ud800"}',
    '"', "\xff", "{}" * 100, '{"query": ' + '"a' + "\\\\" * 20_000,
])  # fmt: skip
def test_json_that_programs_read_differently_is_none(lite: Asker, body: str) -> None:
    answer = lite.ask(
        "POST", "/api/v1/topics/rail/try", body.encode("latin-1"), **{"Content-Type": "application/json"}
    )
    assert answer.status == 422, answer.text


def test_json_of_many_brackets_in_texts_is_taken() -> None:
    assert read_json('{"query": "[[[[[[[[[[[[[[[[[[[[[[[[[[ \\" ]", "n": [1, 2.5, true, null, "中"]}')[
        "n"
    ] == [
        1,
        2.5,
        True,
        None,
        "中",
    ]


SENTENCE = "Your account is locked, call 0800 123"


@pytest.mark.parametrize("address", [
    "/console/?told={}", "/console/topics?told={}&aw_notice={}", "/console/topics/{}", "/console/terms/{}", "/console/sources/{}",
    "/console/subscriptions/{}", "/console/register/{}", "/console/subscriptions/{}/preview", "/console/topics/{}/suggestions",
    "/console/register?stage={}&country={}", "/console/deliveries?status={}", "/console/sources/add?site=http://{}/", "/feeds/topics/{}.atom",
    "/confirm/{}", "/feed/{}.json",
])  # fmt: skip
def test_no_link_puts_its_words_where_the_product_speaks(lite: Asker, address: str) -> None:
    text = lite.ask("GET", address.format(quote(SENTENCE), quote(SENTENCE))).text
    spoken = re.sub(r'value="[^"]*"', "", text)  # fields of forms hold what somebody typed
    assert SENTENCE not in html.unescape(spoken)


def test_a_notice_is_said_once_on_its_page_and_to_its_browser_alone() -> None:
    token, moment, shown = "token of a session", now(), Notice("Applied.", "/console/topics", "Topics")
    value = sealed(token, "/console/topics/rail", shown, moment)
    assert opened(token, "/console/topics/rail", value, moment) == shown
    assert opened(token, "/console/topics", value, moment) is None
    assert opened("another session", "/console/topics/rail", value, moment) is None
    assert opened(token, "/console/topics/rail", value, moment + LASTS) is None
    long = Notice(
        "词" * 5_000, "/console/stories/1", "词" * 5_000, {"do": "undo", "change": "1"}, "/console/stories/1"
    )
    assert len(sealed(token, "/console/topics/rail", long, moment)) < 4_000
    for other in ("", ".", "é.é", "a" * 5_000, value[:-1] + "x", value.replace("W", "X", 1)):
        assert opened(token, "/console/topics/rail", other, moment) is None


def test_a_change_is_said_on_the_page_that_follows_it(lite: Asker) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = lite.ask(
        "POST", "/console/deliveries", encoded({"form": lite.form, "do": "retry"}).encode(), **kind
    )
    assert answer.status == 303
    cookie = answer.headers.get_all("set-cookie")
    notice = next(c for c in cookie if c.startswith(NOTICE)).split(";")[0]
    page = lite.ask("GET", "/console/deliveries", Cookie=f"{lite.cookie}; {notice}")
    assert "wait to be sent again." in page.text
    assert any(c.startswith(f"{NOTICE}=") and "Max-Age=0" in c for c in page.headers.get_all("set-cookie"))
    assert (
        "wait to be sent again."
        not in lite.ask("GET", "/console/health", Cookie=f"{lite.cookie}; {notice}").text
    )
