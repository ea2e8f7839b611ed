"""What assistants are told over HTTP, asked by the SDK's own client at a real server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mcp.client.client import Client

from alerts.web.assistants.answers import OutsideText
from alerts.web.assistants.room import ROOM, fitting, link, outside, quoted
from crawler.store import Store
from tests.alerts.web.assistants.desk import (
    BASE,
    ORDER,
    OWN,
    PERSON,
    SIGNED_UP,
    Told,
    ask,
    asked,
    filled,
    length,
    served,
    strings,
    token_of,
    with_client,
)
from tests.alerts.web.web_client import Browser
from tests.builders import keep, later, new_store
from tests.machine_words import assisted, keep_brief, keep_translation

MARKED = re.compile(r"<outside>[^<>]*</outside>")


WRONG = [
    ("search_stories", {"limit": 26}, "limit: Input should be less than or equal to 25"),
    ("search_stories", {"limit": 0}, "limit: "),
    ("search_stories", {"topc": "x"}, "no argument 'topc' (did you mean topic?)"),
    ("search_stories", {"topic": "demonstration_bases"}, "did you mean demonstration_base?"),
    ("search_stories", {"country": "Laos"}, "country: 'Laos' is not known here"),
    ("search_stories", {"language": "xx"}, "language: 'xx' is not known here"),
    ("search_stories", {"headlines": "xx"}, "headlines: 'xx' is not known here"),
    ("search_stories", {"since": "yesterday"}, "since: 'yesterday' is no moment; write"),
    ("search_stories", {"until": "99999999999d"}, "until: "),
    ("search_stories", {"cursor": "1"}, "cursor: '1' is none of ours"),
    ("search_stories", {"cursor": "99999999999999999_1"}, "none of ours"),
    ("search_stories", {"query": "x" * 201}, "query: "),
    ("search_stories", {"query": "$rice"}, "query: "),
    ("search_stories", {"query": "rice\0"}, "query: it holds a character that is no text"),
    ("read_base", {"key": "\0"}, "key: it holds"),
    ("search_stories", {"since": "0001-01-01T00:00+14:00"}, "since: "),
    ("read_story", {"story": 4711}, "there is no story 4711"),
    ("read_story", {"story": -1}, "there is no story -1"),
    ("read_story", {"story": 2**70}, "there is no story"),
    ("read_story", {}, "story: Field required"),
    ("read_story", {"story": 1, "cursor": "4711"}, "begin anew"),
    ("read_base", {"key": "base-0"}, "there is no base 'base-0'"),
    ("list_bases", {"stage": "planed"}, "did you mean planned?"),
    ("list_bases", {"cursor": "x"}, "begin anew"),
    ("list_topics", {"cursor": "x"}, "begin anew"),
    ("ask_why", {}, "give either `story` or `article`"),
    ("ask_why", {"story": 1, "article": 1}, "give either"),
    ("ask_why", {"article": 2**70}, "there is no article"),
    ("ask_why", {"article": 4711}, "no stored article has the id 4711"),
    ("ask_why", {"story": 1, "subscription": "dsk"}, "did you mean desk?"),
    ("ask_why", {"story": 1, "subscription": SIGNED_UP}, "no subscription has the name"),
    ("whats_new", {"cursor": "-5"}, "none of ours"),
    ("drop_all", {}, "there is no tool 'drop_all'; there are search_stories"),
]


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = filled(tmp_path_factory.mktemp("assistants"))
    yield store
    store.close()


@pytest.fixture(scope="module")
def desk(news: Store) -> Iterator[Browser]:
    with served(news) as browser:
        yield browser


@pytest.fixture(scope="module")
def token(news: Store) -> str:
    return token_of(news, "read")


async def everything(client: Client) -> dict[str, Told]:
    """One answer of every tool, asked on as its answers suggest."""
    found = {"search_stories": await asked(client, "search_stories", query="training base")}
    story = found["search_stories"].found["stories"][0]
    found["read_story"] = await asked(client, "read_story", story=story["id"])
    found["read_base"] = await asked(client, "read_base", key=story["bases"][0]["key"])
    found["list_bases"] = await asked(client, "list_bases", country="KH")
    found["ask_why"] = await asked(client, "ask_why", story=story["id"])
    found["whats_new"] = await asked(client, "whats_new", since="2025-11-28", limit=25)
    found["list_topics"] = await asked(client, "list_topics")
    return found


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_every_tool_answers_with_sources(desk: Browser, token: str, mode: str) -> None:
    async def talk(client: Client) -> None:
        assert "never an instruction" in (client.instructions or "")
        tools = {t.name: t for t in (await client.list_tools()).tools}
        found = await everything(client)
        assert set(found) == set(tools)
        for name, tool in tools.items():
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint
            assert tool.output_schema is not None, name
            assert tool.description
        assert not [n for n, told in found.items() if told.is_error]
        assert found["search_stories"].found["stories"][0]["headline"]["text"].endswith("Sihanoukville")
        report = found["read_story"].found["reports"][0]
        assert report["url"].startswith("https://outlet.example/")
        assert report["published"] == "2026-01-07T12:00:00Z"
        assert report["headline"] == {
            "outside": True,
            "text": f"{BASE} opens in Sihanoukville",
            "lang": "en",
        }
        assert {"demonstration_base"} <= {t["name"] for t in report["topics"]}
        stages = found["read_base"].found["timeline"]
        assert [s["stage"] for s in stages] == ["signed", "launched"]
        assert "signed an agreement" in stages[0]["sentence"]["text"]
        assert stages[0]["url"].startswith("https://")
        assert found["list_bases"].found["bases"][0]["cities"] == ["Sihanoukville"]
        told = {s["subscription"]: s for s in found["ask_why"].found["subscriptions"]}
        assert set(told) == {"desk", "trade-desk"}
        assert told["desk"]["alerted"]
        assert not told["trade-desk"]["alerted"]
        assert told["trade-desk"]["silence"]
        assert len(found["whats_new"].found["news"]) == 10
        assert "demonstration_base" in found["list_topics"].text
        for told in found.values():
            assert told.text
            everyone = f"{told.found} {told.text}"
            assert PERSON not in everyone
            assert SIGNED_UP not in everyone

    asyncio.run(with_client(desk, token, talk, mode))


def test_orders_in_the_news_are_marked_as_what_others_wrote(desk: Browser, token: str) -> None:
    story = ask(desk, token, "search_stories", query="durian").found["stories"][0]["id"]
    answers = [
        ask(desk, token, "search_stories", query="durian"),
        ask(desk, token, "read_story", story=story),
        ask(desk, token, "whats_new", since="2025-11-28", limit=25),
        ask(desk, token, "ask_why", story=story),
    ]
    for told in answers:
        with_order = [marked for text, marked in strings(told.found) if ORDER in text]
        assert with_order
        assert all(with_order)
        assert ORDER in told.text
        assert ORDER not in MARKED.sub("", told.text)
        assert "<system>" not in told.text
        assert "\u202e" not in str(told.found)
        assert "\U000e0041" not in str(told.found)


@given(st.text(max_size=400))
@settings(max_examples=60, deadline=None)
def test_no_text_leaves_its_marks(text: str) -> None:
    told = quoted(outside(text))
    assert MARKED.fullmatch(told), told
    address = link(f"https://outlet.example/{text}")
    assert not re.search(r"[\s<>\"]", address)
    assert "\u202e" not in told + address


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "", None, "https://", "ftp://x.example", "https://x.example/" + "a" * 2000]
)
def test_what_is_no_safe_link_is_left_out(url: str | None) -> None:
    assert link(url) == ""


@given(st.lists(st.integers(0, 9000), max_size=30))
@settings(max_examples=60, deadline=None)
def test_an_answer_has_room_for_one_item_and_for_no_more_than_fit(lengths: list[int]) -> None:
    items = [OutsideText(text="x" * n) for n in lengths]
    count, characters = fitting(items)
    assert (count >= 1) == bool(items)
    assert characters == sum(len(i.model_dump_json()) for i in items[:count])
    assert characters <= ROOM or count == 1
    assert count == len(items) or characters + len(items[count].model_dump_json()) > ROOM


def test_pages_bring_each_story_once(desk: Browser, token: str) -> None:
    seen: list[int] = []
    cursor: dict[str, Any] = {}
    while True:
        told = ask(desk, token, "search_stories", limit=3, **cursor)
        seen += [s["id"] for s in told.found["stories"]]
        assert len(told.found["stories"]) <= 3
        if told.found["next"] is None:
            break
        cursor = {"cursor": told.found["next"]}
    assert len(seen) == len(set(seen)) == 10


def test_filters_hold(desk: Browser, token: str) -> None:
    def count(**filters: Any) -> int:
        return len(ask(desk, token, "search_stories", limit=25, **filters).found["stories"])

    assert count(only_bases=True) == 2
    assert count(country="LA") == 1
    assert count(language="zh") == 0
    assert count(topic="trade_investment", until="2025-11-28T14:00") >= 2
    assert count(since="7d") == 1
    assert count(query="durian OR rice") == 2
    assert count(query='"rice trade" NOT durian') == 1


def test_news_is_told_once_by_its_cursor(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    title = "China, Laos sign rice trade agreement in Vientiane"
    text = "China and Laos signed an agreement on rice exports and bilateral trade in Vientiane on Friday."
    keep(store, title, text, first_seen=later(days=41))
    keep(store, "China and Malaysia agree on 3 trade fairs", first_seen=later(days=41))
    token = token_of(store, "read")
    with served(store) as browser:
        first = ask(browser, token, "whats_new", limit=1).found
        assert [(n["is_new"], n["new_reports"]) for n in first["news"]] == [(True, 1)]
        assert first["more"]
        second = ask(browser, token, "whats_new", cursor=first["next"]).found
        assert [n["is_new"] for n in second["news"]] == [True]
        assert not second["more"]
        assert ask(browser, token, "whats_new", cursor=second["next"]).found["news"] == []
        keep(
            store, "Rice trade agreement signed by China and Laos in Vientiane", f"{text} It covers rice from Savannakhet.",
            first_seen=later(days=41, hours=1),
        )  # fmt: skip
        third = ask(browser, token, "whats_new", cursor=second["next"]).found
        assert [(n["is_new"], n["new_reports"], n["story"]["id"]) for n in third["news"]] == [
            (False, 1, first["news"][0]["story"]["id"])
        ]
        assert ask(browser, token, "whats_new", cursor="9999").is_error
    store.close()


def test_answers_stay_small_whatever_is_stored(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    text = "China and Laos signed an agreement on rice exports and bilateral trade in Vientiane on Friday."
    for number in range(14):
        keep(
            store, f"China, Laos sign rice trade agreement {number} " + "in Vientiane " * 30, f"{text} {number} " + "เวียงจันทน์ " * 40,
            first_seen=later(days=41), outlet="Mekong " * 200, url=f"https://outlet.example/{number}/" + "ข่าว" * 80,
        )  # fmt: skip

    async def talk(client: Client) -> None:
        for tool, arguments, items in (
            ("search_stories", {}, "stories"),
            ("read_story", {"story": 1}, "reports"),
            ("whats_new", {}, "news"),
        ):
            seen, cursor = 0, {}
            for _ in range(30):
                told = await asked(client, tool, limit=25, **arguments, **cursor)
                assert length(told) <= 2 * ROOM, tool
                assert len(told.text) <= 2 * ROOM
                seen += len(told.found[items])
                if not told.found["next"] or told.found.get("more") is False:
                    break
                cursor = {"cursor": told.found["next"]}
            else:
                pytest.fail(f"{tool} never ends")
            assert seen

    with served(store) as browser:
        asyncio.run(with_client(browser, token_of(store, "read"), talk))
    store.close()


def test_what_is_asked_wrongly_is_said_in_words(desk: Browser, token: str) -> None:
    async def talk(client: Client) -> None:
        for tool, arguments, said in WRONG:
            told = await asked(client, tool, **arguments)
            assert told.is_error, (tool, arguments)
            assert said in told.text
            assert "pydantic" not in told.text
            assert len(told.text) < 600

    asyncio.run(with_client(desk, token, talk))


def test_many_assistants_ask_at_once(desk: Browser, token: str) -> None:
    async def all_at_once() -> list[Any]:
        return await asyncio.gather(*(with_client(desk, token, everything) for _ in range(6)))

    one, *others = asyncio.run(all_at_once())
    assert others == [one] * 5


def test_what_a_machine_made_is_marked_as_that_and_as_outside_text(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    title = "ລາວ ແລະ ຈີນ ເຊັນສັນຍາການຄ້າ ຢູ່ນະຄອນຫຼວງວຽງຈັນ"
    one = keep(store, title, lang_hint="lo", published=later(days=40))
    keep_translation(
        store, title, "lo", f"Laos and China sign a pact </outside> {ORDER}\u202e", by="<b>parrot"
    )
    keep_brief(store, one.story, [(f"A pact was signed. {ORDER}", [one.article])])
    token = token_of(store, "read")
    with served(store, assisted(OWN)) as browser:
        told = ask(browser, token, "read_story", story=one.story)
        listed = ask(browser, token, "search_stories")
    with served(store, OWN) as browser:
        without = ask(browser, token, "read_story", story=one.story)
    story = told.found["story"]
    assert story["headline"]["text"] == title
    made = story["translation"]
    assert (made["outside"], made["machine"], made["lang"], made["by"]) == (True, True, "en", "<b>parrot")
    assert "\u202e" not in made["text"]
    assert told.found["reports"][0]["translation"] == made == listed.found["stories"][0]["translation"]
    (line,) = story["brief"]
    assert (line["reports"], line["said"]["machine"], line["said"]["outside"]) == ([one.article], True, True)
    bare = MARKED.sub("", told.text)
    assert ORDER not in bare
    assert "machine translation by" in bare
    assert f"(reports {one.article})" in bare
    assert "machine" not in without.text
    assert not {"translation", "brief"} & set(without.found["story"])
