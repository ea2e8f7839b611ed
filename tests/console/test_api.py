"""The API: its description is correct for all requests; tokens and scopes, pages, ETags, the event stream."""

from __future__ import annotations

import http.client
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings

from alerts.identity import operators, tokens
from crawler.config import load
from tests.builders import keep
from tests.console.conftest import AFTER, Console, served
from tests.console.pages import founding
from tests.sessions import BY_SESSION, BY_TOKEN


def ask(
    console: Console, path: str, *, method: str = "GET", body: Any = None, **headers: str
) -> tuple[int, dict[str, str], Any]:
    connection = http.client.HTTPConnection("127.0.0.1", console.port, timeout=20)
    sent = {"Content-Type": "application/json", **BY_TOKEN} | {
        k.replace("_", "-"): v for k, v in headers.items()
    }
    connection.request(method, f"/api/v1{path}", None if body is None else json.dumps(body), sent)
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    kind = answer.getheader("content-type") or ""
    return (
        answer.status,
        {k.lower(): v for k, v in answer.getheaders()},
        json.loads(data) if data and "json" in kind else data,
    )


@pytest.mark.parametrize("examples", [4, pytest.param(40, marks=pytest.mark.long)])
def test_whatever_is_asked_is_answered_as_described(console: Console, examples: int) -> None:
    """Random requests that the description allows, and some that it does not: no failure, no answer that is not described."""
    import schemathesis  # takes a second, in every process that only looks for tests
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    description = schemathesis.openapi.from_url(f"{console.url}/api/v1/openapi.json", headers=BY_TOKEN)
    tried = 0
    for found in description.get_all_operations():
        operation = found.ok()
        if operation.path.endswith("/events"):  # it never ends
            continue

        @given(case=operation.as_strategy())
        @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
        def asked(case: Any) -> None:
            # What a query means cannot be said in the description: one that cannot be read is refused, as it should be.
            of_topics = (
                [positive_data_acceptance]
                if "/topics/" in case.operation.path or "/subscriptions" in case.operation.path
                else []
            )
            case.call_and_validate(excluded_checks=of_topics, headers=BY_TOKEN)

        asked()
        tried += 1
    assert tried >= 12


def test_pages_follow_each_other_without_gap_or_repeat(shared: Console) -> None:
    whole = [s["id"] for s in ask(shared, "/stories?limit=200")[2]["items"]]
    seen: list[int] = []
    cursor = ""
    while True:
        _, _, page = ask(shared, f"/stories?limit=7{f'&cursor={cursor}' if cursor else ''}")
        seen += [s["id"] for s in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    assert seen == whole
    assert len(set(seen)) == len(seen) > 20


def test_the_founding_story_is_whole(shared: Console) -> None:
    story, key = founding(shared.store)
    _, _, found = ask(shared, f"/stories/{story}")
    assert found["reports"] == len(found["articles"]) == 15
    assert len(found["languages"]) == 10
    assert found["bases"][0]["key"] == key
    _, _, base = ask(shared, f"/bases/{key}")
    assert base["cities"] == ["Shenzhen", "Guangzhou", "Singapore", "Kuala Lumpur"]
    assert [s["id"] for s in ask(shared, f"/stories?base=true&q={quote('示范基地')}")[2]["items"]] == [story]


def test_who_has_it_already_gets_nothing(shared: Console) -> None:
    _, headers, _ = ask(shared, "/topics")
    status, _, body = ask(shared, "/topics", If_None_Match=headers["etag"])
    assert (status, body) == (304, b"")


def test_feeds_are_feeds(shared: Console) -> None:
    import feedparser

    _, headers, body = ask(shared, "/feed.atom?lang=zh")
    parsed = feedparser.parse(body)
    assert headers["content-type"].startswith("application/atom+xml")
    assert not parsed.bozo
    assert len(parsed.entries) > 3
    _, _, found = ask(shared, "/feed.json")
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    _, _, found = ask(shared, "/feed.json?headlines=zh,en")
    assert {"贸易与投资", "新设示范基地"} <= {tag for entry in found["items"] for tag in entry["tags"]}


def test_tokens_have_scopes(console: Console) -> None:
    with console.store.write() as connection:
        operators.add(connection, "ana", "a long password", "operator", AFTER)
        reading, writing = (tokens.add(connection, s, [s], AFTER) for s in ("read", "write"))
    assert ask(console, "/stories", Authorization="")[0] == 401
    assert ask(console, "/stories", Authorization="Bearer aw_wrong")[0] == 401
    assert ask(console, "/stories", Authorization=f"Bearer {reading}")[0] == 200
    draft = {"title": "Durian", "query": "durian"}
    status, headers, problem = ask(
        console, "/topics/durian", method="PUT", body=draft, Authorization=f"Bearer {reading}"
    )
    assert (status, headers["content-type"], problem["status"]) == (403, "application/problem+json", 403)
    status, _, made = ask(
        console, "/topics/durian", method="PUT", body=draft, Authorization=f"Bearer {writing}"
    )
    assert (status, made["name"]) == (200, "durian")
    assert load(console.config).topics["durian"].query == "durian"
    for title, kept in (
        ({"en": "Durian", "zh": "榴莲"}, {"en": "Durian", "zh": "榴莲"}),
        ("Durian trade", {"en": "Durian trade", "zh": "榴莲"}),  # a program that knows one title only
        ({"en": "Durian"}, "Durian"),
    ):
        body = draft | {"title": title}
        answer = ask(console, "/topics/durian", method="PUT", body=body, Authorization=f"Bearer {writing}")
        assert (answer[0], answer[2]["title"]) == (200, kept)
    status, _, problem = ask(
        console,
        "/topics/durian",
        method="PUT",
        body={"query": "$nonsense"},
        Authorization=f"Bearer {writing}",
    )
    assert status == 422
    assert "unknown term set" in problem["detail"]
    assert load(console.config).topics["durian"].query == "durian"


def test_a_webhook_is_subscribed_paused_and_ended(three_days: Path, tmp_path: Path) -> None:
    hook = "\n    hook:\n      type: webhook\n      url: ${HOOK_URL:-https://hooks.example.org/in}\n      secret: ${HOOK:-whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQh}\n"
    with served(
        three_days, tmp_path, lambda text: text.replace("\n  channels:\n", f"\n  channels:{hook}", 1)
    ) as console:
        wanted = {"name": "dashboard", "channel": "hook", "topics": ["demonstration_base"]}
        assert ask(console, "/subscriptions", method="POST", body=wanted)[0] == 201
        (found,) = ask(console, "/webhooks")[2]["items"]
        assert found["subscriptions"] == ["dashboard"]
        assert "hooks.example.org" not in str(found)
        assert ask(console, "/subscriptions/dashboard/pause", method="POST")[0] == 204
        assert [
            s["paused"] for s in ask(console, "/subscriptions")[2]["items"] if s["name"] == "dashboard"
        ] == [True]
        assert ask(console, "/subscriptions/asean-desk", method="DELETE")[0] == 422
        assert ask(console, "/subscriptions/dashboard", method="DELETE")[0] == 204
        assert ask(console, "/subscriptions", method="POST", body={**wanted, "channel": "nowhere"})[0] == 422


def test_a_browser_cannot_be_made_to_change_anything(console: Console) -> None:
    draft = {"query": "durian"}
    by_cookie = {"Authorization": "", **BY_SESSION}
    assert ask(console, "/topics", **by_cookie)[0] == 200
    assert ask(console, "/topics/durian", method="PUT", body=draft, **by_cookie)[0] == 401
    assert (
        ask(console, "/topics/durian", method="PUT", body=draft, Origin="https://evil.example", **by_cookie)[
            0
        ]
        == 401
    )
    assert ask(console, "/topics/durian", method="PUT", body=draft)[0] == 200


def test_the_stream_tells_of_new_stories_and_goes_on_where_it_broke_off(
    three_days: Path, tmp_path: Path
) -> None:
    with served(three_days, tmp_path) as console:
        connection = http.client.HTTPConnection("127.0.0.1", console.port, timeout=30)
        connection.request("GET", "/api/v1/events", headers=BY_TOKEN)
        answer = connection.getresponse()
        assert answer.getheader("content-type", "").startswith("text/event-stream")
        lines = iter(lambda: answer.readline().decode().rstrip("\n"), None)
        place = next(line for line in lines if line.startswith("id: ")).removeprefix("id: ")
        made = keep(
            console.store,
            "China and Laos sign rice research agreement in Vientiane",
            published=AFTER,
            first_seen=AFTER,
        )
        assert next(line for line in lines if line.startswith("event: story"))
        told = json.loads(next(line for line in lines if line.startswith("data: ")).removeprefix("data: "))
        assert told["id"] == made.story
        answer.close()
        connection.close()
        connection = http.client.HTTPConnection("127.0.0.1", console.port, timeout=30)
        connection.request("GET", "/api/v1/events", headers=BY_TOKEN | {"Last-Event-ID": place})
        answer = connection.getresponse()
        lines = iter(lambda: answer.readline().decode().rstrip("\n"), None)
        assert next(line for line in lines if line.startswith("event: story"))
        answer.close()
        connection.close()


@pytest.mark.parametrize(
    ("path", "parameter", "nearest"),
    [("/stories?lnag=id", "lnag", "lang"), ("/stories?lang=xx", "lang", None), ("/stories?country=vn", "country", "VN"),
     ("/stories?topic=trade_investmnt", "topic", "trade_investment"), ("/feed.json?headlines=en,zz", "headlines", "zh"),
     ("/bases?stage=lanched", "stage", "launched"), ("/deliveries?status=sennt", "status", "sent"), ("/topics?limit=1", "limit", None)],
)  # fmt: skip
def test_what_is_not_known_is_refused_with_its_name_and_the_nearest(
    shared: Console, path: str, parameter: str, nearest: str | None
) -> None:
    status, headers, problem = ask(shared, path)
    assert status == 422
    assert headers["content-type"] == "application/problem+json"
    assert (problem["parameter"], problem.get("nearest")) == (parameter, nearest)
    assert problem["detail"].startswith(f"{parameter}: ")
    assert ask(shared, path, Authorization="")[0] == 401


def test_the_description_names_the_values_that_are_known(shared: Console) -> None:
    _, _, described = ask(shared, "/openapi.json")
    (topic,) = [p for p in described["paths"]["/stories"]["get"]["parameters"] if p["name"] == "topic"]
    assert "trade_investment" in topic["schema"]["enum"]
    assert "nearest" in described["components"]["schemas"]["Problem"]["properties"]
