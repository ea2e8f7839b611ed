"""Chats: each service's own no, its own limit, and a text that it refuses harms no other. With a real HTTP server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.channels.answers import ChatAnswer, refusal_of
from alerts.channels.brief import brief, portions
from alerts.channels.failures import Failure, class_of_status
from alerts.channels.limits import LIMITS, Limit, characters, in_ascii_json, in_json, utf8, utf16
from alerts.delivery import breaker
from alerts.delivery.outbox import digest_of
from alerts.digests.message import OutgoingMessage, RenderedMessage
from alerts.digests.render import Rendered
from alerts.operations import incidents
from crawler.config.settings import Settings
from crawler.store import Store
from tests.alerts.channels.chats import ChatServer, chatting, said
from tests.alerts.delivery.test_other_channels import through
from tests.alerts.delivery_steps import begin, listed, resume, send, statuses, talks
from tests.builders import NOON, later

SERVICES = {
    "wecombot": ("wecombot://a-key-of-thirty-two-characters00", {"errcode": 0, "errmsg": "ok"}),
    "dingtalk": ("dingtalk://" + "a" * 40, {"errcode": 0, "errmsg": "ok"}),
    "feishu": ("feishu://a-token-of-a-bot", {"code": 0, "msg": "success", "data": {}}),
    "lark": (
        "lark://a-token-of-a-bot",
        {"StatusCode": 0, "StatusMessage": "success", "code": 0, "msg": "success"},
    ),
    "telegram": (
        "tgram://123456789:abcdefghijklmnopqrstuvwxyzABCDEFGHI/-1001234",
        {"ok": True, "result": {}},
    ),
    "slack": ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#news", b"ok"),
    "discord": ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", b""),
    "line": ("line://a-long-token/U1234", {}),
    "google_chat": ("gchat://workspace/key/token", {}),
}
HEADLINES = {
    "durian": "Vietnam signs durian export protocol with China",
    "railway": "China and Laos begin work on a railway depot in Boten",
    "port": "Malaysia and China expand container trade at Kuantan port",
    "canal": "Cambodia seeks Chinese investment for a canal to the sea",
    "rice": "Thailand and China agree on rice exports worth two billion baht",
    "vaccine": "Indonesia and China open a joint vaccine laboratory in Bandung",
    "pepper": "Chinese traders buy record pepper harvest from Dak Lak",
    "battery": "Chinese battery maker invests in a plant in Rayong",
    "fishery": "Philippines and China hold fishery trade talks in Xiamen",
    "satellite": "Brunei and China cooperate on satellite data for forests",
    "customs": "Singapore and China link customs systems for faster trade",
    "tourism": "Myanmar and China reopen tourism cooperation at Muse",
    "cinema": "China and Timor-Leste sign a film cooperation agreement in Dili",
}
TOPICS = list(HEADLINES)[:-1]


@pytest.fixture
def chat() -> Iterator[ChatServer]:
    with chatting() as found:
        yield found


def on(chat: ChatServer, service: str = "json", **subscription: Any) -> Settings:
    """Settings of a subscription whose channel is a chat on loopback."""
    address = f"json://127.0.0.1:{chat.port}/room" if service == "json" else SERVICES[service][0]
    chat.yes = said(200, SERVICES[service][1] if service != "json" else b"ok")
    server = {} if service == "json" else {"server": chat.address}
    return through({"type": "chat", "url": address, **server}, subscription=subscription)


def title(topic: str) -> str:
    return HEADLINES[topic]


def long_title(topic: str) -> str:
    """A headline of some 200 characters, most of them in several bytes."""
    return f"{title(topic)}: " + "".join(chr(0x4E00 + 37 * ord(c) % 20_000) + "𠀀" for c in title(topic) * 2)


def news(store: Store, *topics: str, **after: float) -> None:
    """One story on each topic arrives."""
    for topic in topics:
        talks(store, title(topic), **after or {"minutes": 1})


def told_links(store: Store) -> list[str]:
    """The links of the stories of the one digest."""
    (number,) = {r["digest_id"] for r in listed(store) if r["kind"] == "digest"}
    with store.read() as connection:
        digest = digest_of(connection, number)
    assert digest is not None
    return [story.best.url for story in digest.stories]


def times_told(chat: ChatServer, topics: list[str] = TOPICS) -> list[int]:
    """How often each topic came through."""
    return [sum(text.count(f"• {title(topic)}") for text in chat.taken) for topic in topics]


def more(*values: Any) -> list[Any]:
    """Cases that are as others are."""
    return [pytest.param(*_tupled(value), marks=pytest.mark.long) for value in values]


def _tupled(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


@pytest.mark.parametrize(
    ("count", "bad"), [(1, 0), (2, 0), (12, -1), *more((2, -1), (5, 0), (5, -1), (12, 0))]
)
def test_one_story_that_is_refused_is_left_out_and_all_others_are_told_once(
    store: Store, chat: ChatServer, count: int, bad: int
) -> None:
    own = on(chat)
    topics = TOPICS[:count]
    chat.refuses = lambda text: topics[bad] in text
    begin(store, own)
    news(store, *topics)
    send(store, own, minutes=2)
    assert times_told(chat, topics) == [int(t != topics[bad]) for t in topics]
    (left_out,) = [r for r in listed(store) if r["status"] == "failed"]
    assert left_out["failure"] == "rejected"
    assert "400" in left_out["error"]
    news(store, "cinema", minutes=3)
    assert send(store, own, minutes=4).sent == 1
    assert title("cinema") in chat.taken[-1]
    assert topics[bad] not in chat.taken[-1]
    with store.read() as connection:
        told = [t.message for t in incidents.find_troubles(connection, store, own, later(minutes=20))]
    assert any(
        "1 deliveries on channel way were given up (the last: the chat answered 400" in line for line in told
    )


INSIDE = [
    ({"errcode": 12345, "errmsg": "content risk"}, Failure.REJECTED), ({"errcode": "40058", "errmsg": "x"}, Failure.REJECTED),
    ({"success": False, "message": "blocked"}, Failure.REJECTED), ({"code": 400, "msg": "content"}, Failure.REJECTED),
    ({"ok": False, "error": "restricted"}, Failure.REJECTED), ({"status": "error", "message": "restricted"}, Failure.REJECTED),
    ({"result": "FAIL"}, Failure.REJECTED), ({"error": {"message": "no"}}, Failure.REJECTED), ({"code": "413"}, Failure.TOO_LARGE),
    ({"code": 429, "msg": "slow"}, Failure.THROTTLED), ({"code": 503}, Failure.UNREACHABLE), ({"code": 401}, Failure.FORBIDDEN),
    ({"errcode": -1, "errmsg": "system busy"}, Failure.FORBIDDEN), ({"errcode": 9, "errmsg": "系统繁忙，请稍后再试"}, Failure.FORBIDDEN),
    ({"errcode": 9, "errmsg": "发送过于频繁"}, Failure.THROTTLED), ({"errcode": 9, "errmsg": "消息内容过长"}, Failure.TOO_LARGE),
    ({"code": 0, "msg": "success"}, None), ({"code": 200}, None), ({"ok": True, "error": "a warning"}, None), ({"status": "ok"}, None),
    ({"success": True, "code": 500}, None), ({"error": None, "errors": []}, None), ({"result": {"id": 400}}, None), ([], None),
]  # fmt: skip


@pytest.mark.parametrize(("body", "failure"), INSIDE)
def test_a_no_inside_a_yes_of_a_service_that_is_not_known_is_heard(
    body: Any, failure: Failure | None
) -> None:
    found = refusal_of("json", ChatAnswer(200, {}, json.dumps(body).encode()))
    assert (found and found.failure) == failure


def test_a_bot_that_is_forbidden_for_no_known_reason_may_be_forbidden_this_text(
    store: Store, chat: ChatServer
) -> None:
    own = on(chat, "telegram")
    chat.no = said(403, {"ok": False, "error_code": 403, "description": "Forbidden: text not acceptable"})
    chat.refuses = lambda text: "durian" in text
    begin(store, own)
    news(store, "durian", "railway", "rice", "port")
    for minute in range(2, 60, 3):
        send(store, own, minutes=minute)
    assert times_told(chat, ["durian", "railway", "rice", "port"]) == [0, 1, 1, 1]


def test_two_refused_stories_among_twelve_are_both_found(store: Store, chat: ChatServer) -> None:
    own = on(chat)
    chat.refuses = lambda text: "railway" in text or "tourism" in text
    begin(store, own)
    news(store, *TOPICS)
    send(store, own, minutes=2)
    assert times_told(chat) == [int(t not in ("railway", "tourism")) for t in TOPICS]
    assert statuses(store).count("failed") == 2


def test_news_that_waited_with_a_refused_text_is_freed_from_it(store: Store, chat: ChatServer) -> None:
    own = on(chat)
    chat.answers = [said(502)]
    chat.refuses = lambda text: "durian" in text
    begin(store, own)
    news(store, "durian")
    assert send(store, own, minutes=2).put_off == 1
    news(store, "railway", "rice", minutes=3)
    send(store, own, minutes=10)
    assert times_told(chat, ["durian", "railway", "rice"]) == [0, 1, 1]
    assert {"merged", "split", "sent", "failed"} == set(statuses(store))


@pytest.mark.parametrize("status", [403, 500, *more(401, 404, 406, 451)])
def test_a_refusal_without_a_reason_holds_nothing_up_for_ever(
    store: Store, chat: ChatServer, status: int
) -> None:
    own = on(chat)
    chat.no = said(status)
    chat.refuses = lambda text: "durian" in text
    begin(store, own)
    news(store, "durian", "railway", "rice", "port")
    for minute in range(2, 30, 3):
        send(store, own, minutes=minute)
    for hour, topic in enumerate(["canal", "pepper", "battery"], 1):
        news(store, topic, hours=hour)
        for minute in range(1, 60, 3):
            send(store, own, hours=hour, minutes=minute)
    assert times_told(chat, ["durian", "railway", "rice", "port", "canal", "pepper", "battery"]) == [
        0,
        1,
        1,
        1,
        1,
        1,
        1,
    ]
    (left_out,) = [r for r in listed(store) if r["status"] == "failed"]
    assert (left_out["failure"], str(status) in left_out["error"]) == ("rejected", True)


@pytest.mark.parametrize("status", [401, *more(403, 404)])
def test_a_chat_that_was_forbidden_for_days_gets_all_of_it_in_few_messages(
    store: Store, chat: ChatServer, status: int
) -> None:
    own = on(chat)
    chat.no = said(status)
    chat.refuses = lambda text: True
    begin(store, own)
    for day, topic in enumerate(TOPICS):
        news(store, topic, days=day, minutes=1)
        send(store, own, days=day, minutes=2)
    assert chat.taken == []
    assert "failed" not in statuses(store)
    chat.refuses = lambda text: False
    for hour in range(1, 4):
        send(store, own, days=12, hours=hour)
    assert times_told(chat) == [1] * 12
    assert len(chat.taken) <= 4


GONE = {
    "wecombot": said(200, {"errcode": 93000, "errmsg": "invalid webhook url"}),
    "dingtalk": said(200, {"errcode": 300001, "errmsg": "token is not exist"}),
    "feishu": said(200, {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}),
    "lark": said(
        200, {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
    ),
    "telegram": said(
        403, {"ok": False, "error_code": 403, "description": "Forbidden: bot was kicked from the group chat"}
    ),
    "slack": said(404, b"no_service"),
    "discord": said(404, {"message": "Unknown Webhook", "code": 10015}),
}


@pytest.mark.parametrize("service", GONE)
def test_a_removed_bot_switches_its_channel_off_and_nothing_is_lost(
    store: Store, chat: ChatServer, service: str
) -> None:
    own = on(chat, service)
    chat.no, chat.refuses = GONE[service], lambda text: True
    begin(store, own)
    news(store, "durian")
    assert send(store, own, minutes=2).given_up == 0
    asked = len(chat.requests)
    news(store, "railway", days=1)
    assert send(store, own, days=2).deferred == 2
    assert len(chat.requests) == asked
    with store.read() as connection:
        (state,) = breaker.states(connection)
        told = [t.message for t in incidents.find_troubles(connection, store, own, later(days=2))]
    assert state.switched_off
    assert any("switched off" in line and "aseanwatch deliveries resume way" in line for line in told)
    chat.refuses = lambda text: False
    resume(store, "way", days=3)
    assert send(store, own, days=3).sent == 1
    assert times_told(chat, ["durian", "railway"]) == [1, 1]


def test_other_settings_of_a_channel_switch_it_on_again(store: Store, chat: ChatServer) -> None:
    own = on(chat, "wecombot")
    chat.no, chat.refuses = GONE["wecombot"], lambda text: True
    begin(store, own)
    news(store, "durian")
    send(store, own, minutes=2)
    chat.refuses = lambda text: False
    assert send(store, own, hours=1).sent == 0
    other = through({"type": "chat", "url": "wecombot://another-key", "server": chat.address})
    assert send(store, other, hours=2).sent == 1


def test_a_chat_that_refuses_everything_is_switched_off_before_much_is_given_up(
    store: Store, chat: ChatServer
) -> None:
    own = on(chat)
    chat.refuses = lambda text: True
    begin(store, own)
    news(store, *TOPICS)
    send(store, own, minutes=2)
    assert len(chat.requests) == 6
    chat.refuses = lambda text: False
    send(store, own, days=1)
    assert len(chat.requests) == 6
    resume(store, "way", days=2)
    send(store, own, days=2)
    assert times_told(chat) == [1] * 12


WAITS = {
    "wecombot": said(200, {"errcode": 45009, "errmsg": "api freq out of limit"}),
    "dingtalk": said(200, {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}),
    "feishu": said(200, {"code": 9499, "msg": "too many request"}),
    "lark": said(200, {"code": 11232, "msg": "frequency limited"}),
    "telegram": said(
        429,
        {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests",
            "parameters": {"retry_after": 900},
        },
    ),
    "slack": said(429, b"rate_limited", Retry_After="900"),
}


@pytest.mark.parametrize("service", WAITS)
def test_too_much_at_once_waits_and_is_told_later(store: Store, chat: ChatServer, service: str) -> None:
    own = on(chat, service)
    chat.answers = [WAITS[service]] * 4
    begin(store, own)
    news(store, "durian")
    send(store, own, minutes=2)
    assert [(r["status"], r["failure"]) for r in listed(store)] == [("pending", "throttled")]
    chat.answers = []
    assert send(store, own, minutes=2, seconds=30).sent == 0
    assert send(store, own, hours=2).sent == 1


ONE_OF_EACH_MEASURE = ["wecombot", "dingtalk", "feishu", "discord", "telegram"]


@pytest.mark.parametrize(
    "service", [*ONE_OF_EACH_MEASURE, *more(*sorted(SERVICES.keys() - set(ONE_OF_EACH_MEASURE)))]
)
def test_long_digests_go_in_parts_that_fit_the_service(store: Store, chat: ChatServer, service: str) -> None:
    own = on(chat, service, most=40)
    begin(store, own)
    for topic in TOPICS:
        talks(store, long_title(topic))
    send(store, own, minutes=2)
    limit = LIMITS[service]
    assert set(statuses(store)) <= {"sent", "split"}
    assert all(limit.holds(text) for text in chat.taken)
    whole = "\n".join(chat.taken)
    links = told_links(store)
    assert [whole.count(link) for link in links] == [1] * len(links)
    if len(chat.taken) > 1:
        assert [
            f"({n}/{len(chat.taken)})" in body.decode() for n, (_, body) in enumerate(chat.requests, 1)
        ] == [True] * len(chat.taken)


def test_a_failure_between_parts_goes_on_at_the_part_that_failed(store: Store, chat: ChatServer) -> None:
    own = on(chat, "wecombot")
    begin(store, own)
    for topic in TOPICS:
        talks(store, long_title(topic))
    chat.answers = [chat.yes, said(502)]
    send(store, own, minutes=2)
    assert len(chat.taken) == 1
    links = told_links(store)
    assert len(links) > 6
    news(store, "cinema", minutes=3)
    for minute in (10, 12, 14):
        send(store, own, minutes=minute)
    assert ["\n".join(chat.taken).count(link) for link in links] == [1] * len(links)
    numbers = [text.split("(")[1].split("/")[0] for text in chat.taken if "/" in text.split("\n")[0]]
    assert numbers == sorted(numbers)


@given(status=st.sampled_from([200, 400, 403, 429, 500]), body=st.one_of(st.binary(max_size=80), st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9),
       lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
           st.sampled_from(["errcode", "code", "ok", "error", "errmsg", "parameters", "retry_after", "StatusCode", "errors"]), inner, max_size=4),
       max_leaves=9).map(lambda v: json.dumps(v).encode())))  # fmt: skip
def test_any_answer_is_judged_without_harm(status: int, body: bytes) -> None:
    for service in ("wecombot", "dingtalk", "feishu", "telegram", "slack", "discord", "workflows", "json"):
        found = refusal_of(service, ChatAnswer(status, {}, body))
        assert found is not None or status == 200


def test_secrets_that_a_chat_repeats_are_not_shown() -> None:
    body = b'{"ok": false, "description": "no bot for https://api.example/bot12345:abcdefghijklmnopqrstuvwxyz0123/send"}'
    found = refusal_of("telegram", ChatAnswer(404, {}, body))
    assert found is not None
    assert "abcdefghijklmnop" not in found.why


def outgoing(titles: list[str], url: str, subject: str, omitted: int = 0, name: str = "") -> OutgoingMessage:
    stories = [{"best": {"title": t, "outlet": "An outlet", "url": url}} for t in titles]
    message = RenderedMessage(
        "desk", "Watch <watch@example.org>", NOON, Rendered(subject, "", "\n".join(titles)),
        values=json.dumps({"title": name or subject, "stories": stories, "omitted": omitted}),
    )  # fmt: skip
    return OutgoingMessage("<one@example.org>", "desk@example.org", message)


@given(
    st.lists(st.text(max_size=400), max_size=30), st.sampled_from(["", "x" * 40, "中" * 2_000]), st.text(max_size=400),
    st.sampled_from([utf8, characters, utf16, in_json, in_ascii_json]), st.sampled_from([140, 500, 2_000]), st.integers(0, 99),
)  # fmt: skip
def test_a_message_never_exceeds_its_limit_and_parts_hold_every_story(
    titles: list[str], path: str, subject: str, measure: Any, most: int, omitted: int
) -> None:
    limit = Limit(most, measure)
    whole = outgoing(titles, f"https://outlet.example/{path}", subject, omitted)
    sizes = portions(whole, limit)
    assert sum(sizes) == len(titles)
    assert all(sizes)
    title, body = brief(whole, limit)
    assert measure(f"{title}\r\n{body}") <= most


@given(
    st.lists(st.integers(1, 200), min_size=1, max_size=9), st.sampled_from([utf8, characters, utf16, in_json, in_ascii_json]),
    st.integers(600, 2_500), st.integers(0, 400),
)  # fmt: skip
def test_what_goes_as_one_message_leaves_no_story_out(
    lengths: list[int], measure: Any, most: int, subject: int
) -> None:
    url = "https://outlet.example/1"
    limit = Limit(most, measure)
    whole = outgoing(["𠀀" * n for n in lengths], url, "中" * subject, name="Desk")
    if len(portions(whole, limit)) == 1:
        assert brief(whole, limit).text.count(url) == len(lengths)


def test_failures_of_webhooks_are_those_of_the_documented_table() -> None:
    table = {
        Failure.REJECTED: (400, 409, 422), Failure.TOO_LARGE: (413,), Failure.GONE: (410,), Failure.THROTTLED: (429,),
        Failure.UNREACHABLE: (301, 302, 307, 308, 401, 402, 403, 404, 405, 408, 421, 423, 425, 451, 500, 501, 502, 503, 504, 520, 599),
        None: (200, 201, 202, 204),
    }  # fmt: skip
    for failure, statuses_ in table.items():
        assert {class_of_status(s) for s in statuses_} == {failure}
    assert class_of_status(503, asks_to_wait=True) == Failure.THROTTLED
