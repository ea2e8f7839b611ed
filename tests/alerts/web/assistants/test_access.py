"""Who may ask, and what a token of one topic sees."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from mcp.client.client import Client

from alerts.identity import operators, tokens
from crawler.store import Store
from tests.alerts.web.assistants.desk import ask, asked, filled, served, token_of, with_client
from tests.alerts.web.web_client import Answer, Browser
from tests.builders import NOON

PING = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"}).encode()
PROTOCOL = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = filled(tmp_path_factory.mktemp("access"))
    yield store
    store.close()


@pytest.fixture(scope="module")
def desk(news: Store) -> Iterator[Browser]:
    with served(news) as browser:
        yield browser


def sent(desk: Browser, method: str = "POST", body: bytes | None = PING, /, **headers: str) -> Answer:
    """Send a message of the protocol by hand."""
    import urllib.request

    request = urllib.request.Request(
        f"http://127.0.0.1:{desk.port}/api/mcp", data=body, headers=PROTOCOL | headers, method=method
    )
    return desk._ask(request)


def test_a_token_that_may_read_is_answered_and_nothing_else(desk: Browser, news: Store) -> None:
    with news.write() as connection:
        operators.add(connection, "mei", "a pass phrase of some length", "operator", NOON)
    writes, gone, meis, reads = (
        token_of(news, "write"), token_of(news, "read"), token_of(news, "read", owner="mei"), token_of(news, "read"),
    )  # fmt: skip
    assert sent(desk, Authorization=f"Bearer {meis}").status == 200
    with news.write() as connection:
        row = tokens.find(connection, gone)
        assert row is not None
        tokens.remove(connection, row.id)
        operators.remove(connection, "mei")
    none = sent(desk)
    assert (none.status, none.headers["www-authenticate"]) == (401, "Bearer")
    for wrong in (f"Bearer {gone}", f"Bearer {meis}", "Bearer ", f"Basic {reads}", "Bearer x"):
        refused = sent(desk, Authorization=wrong)
        assert refused.status == 401, wrong
        assert refused.headers["content-type"] == "application/problem+json"
    refused = sent(desk, Authorization=f"Bearer {writes}")
    assert refused.status == 403
    assert "has not the scope read" in refused.text
    right = sent(desk, Authorization=f"Bearer {reads}")
    assert (right.status, json.loads(right.body)["result"]) == (200, {})
    assert right.headers["cache-control"] == "private, no-cache"


def test_hosts_origins_methods_and_bodies_are_looked_at(desk: Browser, news: Store) -> None:
    own = {"Authorization": f"Bearer {token_of(news, 'read')}"}
    assert sent(desk, Host="evil.example", **own).status == 421
    assert sent(desk, Origin="https://evil.example", **own).status == 403
    assert sent(desk, **{"Sec-Fetch-Site": "cross-site"}, **own).status == 403
    assert sent(desk, Origin=f"http://127.0.0.1:{desk.port}", **own).status == 200
    for method in ("GET", "DELETE"):
        refused = sent(desk, method, None, **own)
        assert (refused.status, refused.headers["allow"]) == (405, "POST")
    assert sent(desk, "POST", b"{" * 100, **own).status == 400
    assert sent(desk, "POST", b'"' + b"x" * 70_000 + b'"', **own).status == 413
    assert desk.get("/readyz").status == 200


def test_a_token_of_one_topic_sees_that_topic_alone(desk: Browser, news: Store) -> None:
    token = token_of(news, "topic:demonstration_base")
    assert desk.get("/api/v1/stories", Authorization=f"Bearer {token}").status == 403
    everything = token_of(news, "read")
    other = ask(desk, everything, "search_stories", query="rice").found["stories"][0]
    report = ask(desk, everything, "read_story", story=other["id"]).found["reports"][0]["id"]

    async def talk(client: Client) -> str:
        async def told(tool: str, **arguments: Any) -> Any:
            return await asked(client, tool, **arguments)

        mine = (await told("search_stories", limit=25)).found["stories"]
        assert [s["topics"] for s in mine] == [["demonstration_base"]] * 2
        assert len((await told("whats_new", since="2025-11-28")).found["news"]) == 2
        assert [t["name"] for t in (await told("list_topics")).found["topics"]] == ["demonstration_base"]
        why = (await told("ask_why", story=mine[0]["id"])).found
        assert [s["subscription"] for s in why["subscriptions"]] == ["desk"]
        assert {t["name"] for r in why["reports"] for t in r["topics"]} == {"demonstration_base"}
        assert (await told("search_stories", query="rice")).found["stories"] == []
        for tool, arguments in (
            ("search_stories", {"topic": "trade_investment"}),
            ("read_story", {"story": other["id"]}),
            ("ask_why", {"story": other["id"]}),
            ("ask_why", {"article": report}),
            ("ask_why", {"story": mine[0]["id"], "subscription": "trade-desk"}),
        ):
            refused = await told(tool, **arguments)
            assert refused.is_error
            assert "rice" not in refused.text.lower()
        bases = (await told("list_bases")).found["bases"]
        assert not (await told("read_base", key=bases[0]["key"])).is_error
        return str(bases[0]["key"])

    key = asyncio.run(with_client(desk, token, talk))
    trade = token_of(news, "topic:trade_investment")
    assert ask(desk, trade, "list_bases").found["bases"] == []
    assert ask(desk, trade, "read_base", key=key).is_error


def test_without_the_extra_the_answer_says_what_to_install(
    news: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "alerts.web.assistants.server", raising=False)
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    with served(news) as browser:
        assert sent(browser).status == 401
        refused = sent(browser, Authorization=f"Bearer {token_of(news, 'read')}")
    assert refused.status == 501
    assert "pip install 'aseanwatch[mcp]'" in refused.text
