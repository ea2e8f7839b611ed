"""An event stream lasts only while its reader may read; their number is limited, and none holds a database connection."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import QueuePool, update

from alerts.identity import operators, tokens
from alerts.operations.live_config import Live
from alerts.web.api.events import Streams, position_of
from alerts.web.bounds import Bounds
from alerts.web.cookies import SESSION
from alerts.web.serving import Pages
from crawler.runtime.clock import now
from crawler.store import Store
from crawler.store.schema import api_tokens
from tests.builders import keep, new_store, settings

BOUNDS = Bounds(stream_pause=0.02, streams=6, streams_each=3)
MANY = Bounds(stream_pause=0.02)


class Site:
    """Pages with an operator and a program; the clock can be set."""

    def __init__(self, folder: Path, bounds: Bounds) -> None:
        self.store: Store = new_store(folder)
        self.now = now()
        made = settings()
        live = Live(None, made.model_copy(update={"web": made.web.model_copy(update={"port": 0})}))
        self.pages = Pages(live, self.store, lambda: self.now, bounds=bounds)
        with self.store.write() as connection:
            operators.add(connection, "ana", "otter violin granite seven", "operator", self.now)
            self.session = operators.begin_session(connection, "ana", "a browser", self.now)
        self.tokens = [self.token() for _ in range(3)]

    def token(self) -> str:
        """A new token that may read."""
        with self.store.write() as connection:
            return tokens.add(connection, "a program", ["read"], self.now)

    @contextmanager
    def stream(self, token: str = "", **headers: str) -> Iterator[http.client.HTTPResponse]:
        """An event stream by a token, or by the session."""
        own = {"Authorization": f"Bearer {token}"} if token else {"Cookie": f"{SESSION}={self.session}"}
        connection = http.client.HTTPConnection("127.0.0.1", self.pages.port, timeout=20)
        connection.request("GET", "/api/v1/events", headers=own | headers)
        try:
            yield connection.getresponse()
        finally:
            connection.close()


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path, getattr(request, "param", BOUNDS))
    made.pages.start()
    yield made
    made.pages.stop()
    made.store.close()


def begun(answer: http.client.HTTPResponse) -> http.client.HTTPResponse:
    """A stream that has begun."""
    assert answer.status == 200
    while answer.readline() != b"event: ready\n":
        pass
    return answer


def end(site: Site, change: Callable[[Site], None]) -> None:
    """Do something, of which a story comes after."""
    change(site)
    keep(
        site.store,
        "China and Laos sign rice research agreement in Vientiane",
        published=site.now,
        first_seen=site.now,
    )


def revoke(site: Site) -> None:
    with site.store.write() as connection:
        tokens.remove(connection, 1)


def narrow(site: Site) -> None:
    with site.store.write() as connection:
        connection.execute(update(api_tokens).where(api_tokens.c.id == 1).values(scopes=["write"]))


def take_out(site: Site) -> None:
    with site.store.write() as connection:
        operators.remove(connection, "ana")
        operators.add(connection, "bo", "otter violin granite seven", "operator", site.now)


def sign_out(site: Site) -> None:
    with site.store.write() as connection:
        operators.end_sessions(connection, "ana")


def change_password(site: Site) -> None:
    with site.store.write() as connection:
        operators.set_password(connection, "ana", "granite otter seven violin")


def wait(site: Site) -> None:
    site.now += operators.IDLE_TIMEOUT + timedelta(minutes=1)


@pytest.mark.parametrize(("by", "change"), [
    ("token", revoke), ("token", narrow), ("session", take_out), ("session", sign_out), ("session", change_password), ("session", wait),
])  # fmt: skip
def test_a_stream_ends_when_its_reader_may_read_no_more_and_tells_nothing_after(
    site: Site, by: str, change: Callable[[Site], None]
) -> None:
    with site.stream(site.tokens[0] if by == "token" else "") as answer:
        begun(answer)
        end(site, change)
        assert b"event: story" not in answer.read()


def test_others_go_on(site: Site) -> None:
    with site.stream(site.tokens[1]) as answer:
        begun(answer)
        end(site, revoke)
        while b"event: story" not in answer.readline():
            pass


def test_a_stream_ends_when_the_store_is_away(site: Site) -> None:
    with site.stream(site.tokens[0]) as answer:
        begun(answer)
        with site.store.write() as connection:
            # What SQLite says to that is an OperationalError
            connection.exec_driver_sql("ALTER TABLE api_tokens RENAME TO elsewhere")
        answer.read()


def test_there_are_not_many_at_once_and_who_leaves_makes_room(site: Site) -> None:
    with ExitStack() as stack:
        for token in (*[site.tokens[0]] * 3, *[site.tokens[1]] * 3):
            begun(stack.enter_context(site.stream(token)))
        with site.stream(site.tokens[0]) as answer:
            assert (answer.status, answer.getheader("Retry-After")) == (429, "60")
        with site.stream(site.tokens[2]) as answer:
            assert answer.status == 503
    while True:  # a stream finds out at its next look that its reader has gone
        with site.stream(site.tokens[2]) as answer:
            if answer.status == 200:
                begun(answer)
                break


def test_streams_hold_no_connection_to_the_store(site: Site) -> None:
    with ExitStack() as stack:
        for token in (*[site.tokens[0]] * 3, *[site.tokens[1]] * 3):
            begun(stack.enter_context(site.stream(token)))
        pool, until = site.store.engine.pool, monotonic() + 10
        assert isinstance(pool, QueuePool)
        while pool.checkedout():  # a look takes a millisecond of every twenty
            assert monotonic() < until


@pytest.mark.parametrize("odd", [
    "9" * 19 + "-1", "1-" + "9" * 19, "-1-1", "1--1", "1", "-", "٣-٣", "²-1", "1-1-1", "0x1-1", "1 -1", "1_0-1", "NaN-1", "1e3-1", " ",
])  # fmt: skip
def test_a_place_that_is_none_of_ours_is_none(odd: str) -> None:
    assert position_of(odd) is None
    assert position_of("12-0") == (12, 0)


@pytest.mark.parametrize("site", [MANY], indirect=True)
def test_a_stream_begins_whatever_is_asked_for(site: Site) -> None:
    for token, odd in zip(
        [site.token() for _ in range(7)],
        ("9" * 18 + "-" + "9" * 18, "9" * 19 + "-1", "-1--1", "x", "", "%00", "\xb2-\xb3"),
        strict=True,
    ):
        with site.stream(token, **{"Last-Event-ID": odd}) as answer:
            begun(answer)
    with site.stream(site.tokens[0], **{"Last-Event-ID": "1" * 5_000}) as answer:
        assert answer.status == 422


def test_counting_is_of_every_thread() -> None:
    streams = Streams(10_000, 10_000)

    def work() -> None:
        for _ in range(500):
            streams.begin("a")
            streams.end("a")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(streams) == 0
