"""Assistants by the chat protocol: what is asked, what is believed to be an answer, and what each fault is said to be."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from crawler.assist.adapters.answers import SecondReading, Translations, answered
from crawler.assist.adapters.chat import ChatAssistant
from crawler.assist.model import (
    AssistError,
    AssistReport,
    BriefRequest,
    CheckRequest,
    Passage,
    Statement,
    TokenCount,
    TranslationRequest,
)
from crawler.config.assist_settings import AssistantSettings
from crawler.model import AseanwatchError
from tests.assist_servers import Answer, Asked, ChatServer, Completion, Fault, honest, refusal

KEY = "sk-test-4hG7kQ9xZ2mB"
LAO = "ສູນຝຶກອົບຮົມລາວ-ຈີນ ເປີດຢ່າງເປັນທາງການ"


@pytest.fixture(scope="module")
def server() -> Iterator[ChatServer]:
    with ChatServer() as made:
        yield made


@pytest.fixture(autouse=True)
def fresh(server: ChatServer) -> None:
    server.answer, server.key, server.refuses = honest, "", frozenset()
    server.asked.clear()


def assistant(server: ChatServer, **more: Any) -> ChatAssistant:
    values = {"url": server.url, "model": "small", "key": SecretStr(KEY), "timeout": timedelta(seconds=20)}
    return ChatAssistant(AssistantSettings(kind="openai", **(values | more)))


def passages(*texts: str, names: dict[str, str] | None = None) -> TranslationRequest:
    return TranslationRequest(tuple(Passage(text, "lo", 7, "gazette") for text in texts), "en", names or {})


def report(number: int, text: str = "The centre opened on Monday.") -> AssistReport:
    return AssistReport(
        number,
        40 + number,
        "en",
        "A training centre opens",
        text,
        "Gazette",
        "gazette",
        datetime(2025, 11, 3, tzinfo=UTC),
    )


def candidate() -> CheckRequest:
    return CheckRequest("the centre opened", "en", 2, (report(1), report(2)), ("planned", "launched"))


def test_passages_come_back_in_their_order_whatever_the_order_of_the_answer(server: ChatServer) -> None:
    def turned(asked: Asked) -> dict[str, Any]:
        said = honest(asked)
        return {"translations": said["translations"][::-1]}

    server.answer = turned
    found = assistant(server).translate(passages(LAO, "two", "three"))
    assert found.texts == (f"en: {LAO}", "en: two", "en: three")
    assert (found.model, found.usage) == ("small", TokenCount(120, 40))


def test_what_is_asked_for_is_bounded_and_repeatable(server: ChatServer) -> None:
    assistant(server).translate(passages(LAO))
    (asked,) = server.asked
    assert asked.format == "json_schema" and asked.body["response_format"]["json_schema"]["strict"] is True
    assert asked.body["temperature"] == 0 and "seed" in asked.body and 0 < asked.body["max_tokens"] <= 16_384
    assert not {"stream", "tools", "user", "metadata", "store"} & set(asked.body)


def test_nothing_goes_along_that_says_who_asks(server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-somebody")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assistant(server).translate(passages("one"))
    assistant(server, key=SecretStr("")).translate(passages("one"))
    first, second = server.asked
    assert first.headers["Authorization"] == f"Bearer {KEY}" and "Authorization" not in second.headers
    assert {name.lower() for name in first.headers} == {
        "host", "accept", "accept-encoding", "user-agent", "content-type", "content-length", "authorization",
    }  # fmt: skip
    assert "org-of-somebody" not in str(first.headers)


@settings(max_examples=40)
@given(
    st.text(st.characters(max_codepoint=0xDFFF, exclude_categories=["Cs"]), max_size=200),
    st.text(max_size=50),
)
def test_texts_of_strangers_stand_in_the_document_alone(text: str, name: str) -> None:
    from crawler.assist import prompts

    made = prompts.translating(passages(text, names={name: text}), {})
    (key,) = json.loads(made.user)
    assert json.loads(made.user)[key]["passages"][0]["text"] == text
    assert key in made.system and len(key) > 16
    other = prompts.translating(passages("other"), {})
    assert made.system.replace(key, "") == other.system.replace(next(iter(json.loads(other.user))), "")


def test_the_key_of_the_document_is_another_one_each_time(server: ChatServer) -> None:
    one = assistant(server)
    one.translate(passages("one"))
    one.translate(passages("one"))
    first, second = ({*json.loads(asked.user)} for asked in server.asked)
    assert first != second


def test_languages_are_called_by_name(server: ChatServer) -> None:
    assistant(server).translate(TranslationRequest((Passage("x", "my"),), "tl"))
    assert "from Burmese into Filipino" in server.asked[0].system


@pytest.mark.parametrize(
    "wrapped",
    [
        "```json\n{}\n```",
        "```\n{}\n```",
        "<think>First {{ I look.\n</think>\n\n{}",
        "I look at it first.</think>{}",
        "<thinking></thinking>```json\n{}```",
        "\n  {}  \n",
    ],
)
def test_fences_and_thoughts_around_an_answer_are_left_out(server: ChatServer, wrapped: str) -> None:
    said = json.dumps({"translations": [{"id": 1, "text": "</think> stays"}]})
    server.answer = lambda asked: wrapped.replace("{{", "{").replace("{}", said)
    assert assistant(server).translate(passages("one")).texts == ("</think> stays",)


def test_a_passage_without_translation_is_none_and_the_others_are_kept(server: ChatServer) -> None:
    server.answer = lambda asked: {"translations": [{"id": 3, "text": "three"}, {"id": 1, "text": " "}]}
    assert assistant(server).translate(passages("one", "two", "three")).texts == (None, None, "three")


def ids(*numbers: int) -> dict[str, Any]:
    return {"translations": [{"id": number, "text": f"text {number}"} for number in numbers]}


UNREADABLE: dict[str, Answer] = {
    "words": "I am sorry, I cannot do that.",
    "words before": 'Here it is: {"translations": [{"id": 1, "text": "one"}]}',
    "words behind": '{"translations": [{"id": 1, "text": "one"}]} I hope it helps.',
    "cut JSON": '{"translations": [{"id": 1, "te',
    "another form": {"translation": "one"},
    "one key more": {"translations": [{"id": 1, "text": "one"}], "note": "x"},
    "a number as text": {"translations": [{"id": "1", "text": "one"}]},
    "a list": "[]",
    "a key twice": '{"translations": [], "translations": [{"id": 1, "text": "one"}]}',
    "deep": "[" * 100_000,
    "no number": '{"translations": [{"id": NaN, "text": "one"}]}',
    "a huge number": '{"translations": [{"id": ' + "9" * 6_000 + ', "text": "one"}]}',
    "half a character": '{"translations": [{"id": 1, "text": "\\ud800"}]}',
    "a NUL": '{"translations": [{"id": 1, "text": "a\\u0000b"}]}',
    "too long": {"translations": [{"id": 1, "text": "x" * 20_001}]},
    "a wrong id": ids(1, 2),
    "an id of zero": ids(0),
    "an id twice": ids(1, 1),
    "no passage": {"translations": []},
    "empty": "",
    "nothing": Completion(None),
    "cut off": Completion('{"translations": [{"id": 1, "text": "one"}]}', finish="length"),
    "filtered": Completion('{"translations": [{"id": 1, "text": "one"}]}', finish="content_filter"),
    "declined": Completion(None, refusal="I cannot help with that."),
    "garbage": Fault(body=b"\x00\xff\xfe" * 50),
    "empty body": Fault(),
    "HTML": Fault(body=b"<!doctype html><p>Welcome to this network", headers={"Content-Type": "text/html"}),
    "a number for a body": Fault(body=b"7"),
    "no choices": Fault(body=b'{"object": "chat.completion", "choices": []}'),
    "odd choices": Fault(body=b'{"choices": {"0": 1}, "usage": "much"}'),
    "choices of words": Fault(body=b'{"choices": ["one"]}'),
    "compressed": Fault(body=b"\x1f\x8b\x08" + bytes(50), headers={"Content-Encoding": "gzip"}),
    "huge": Fault(body=b" " * 4_000_001),
    "no content": Fault(status=204),
}  # fmt: skip


@pytest.mark.parametrize("answer", UNREADABLE.values(), ids=list(UNREADABLE))
def test_what_is_no_answer_is_unreadable(server: ChatServer, answer: Answer) -> None:
    server.answer = lambda asked: answer
    with pytest.raises(AssistError) as caught:
        assistant(server).translate(passages("one"))
    assert caught.value.kind == "unreadable"
    assert len(str(caught.value)) < 250 and KEY not in str(caught.value)


def test_an_answer_that_cannot_be_used_has_its_price(server: ChatServer) -> None:
    server.answer = lambda asked: Completion("{", finish="length", usage=(900, 16_000))
    with pytest.raises(AssistError) as caught:
        assistant(server).translate(passages("one"))
    assert caught.value.usage == TokenCount(900, 16_000)


FAULTS: dict[str, tuple[Fault, str, float | None]] = {
    "wrong key": (refusal(401, f"Incorrect API key provided: {KEY}. Or {KEY[:9]}***{KEY[-6:]}"), "denied", None),
    "forbidden": (refusal(403, "Country not supported"), "denied", None),
    "no money": (refusal(402, "Insufficient balance"), "denied", None),
    "no model": (refusal(404, "model 'small' not found, try pulling it first"), "denied", None),
    "too large": (refusal(413, ""), "unreadable", None),
    "too long": (refusal(400, "This model's maximum context length is 4096 tokens."), "unreadable", None),
    "filtered": (refusal(400, "The response was filtered", code="content_filter"), "unreadable", None),
    "bad request": (refusal(400, "messages: must not be empty"), "denied", None),
    "too many": (refusal(429, "Rate limit reached", {"Retry-After": "7"}), "limited", 7.0),
    "too many, without time": (refusal(429, "Rate limit reached"), "limited", None),
    "years": (refusal(429, "", {"Retry-After": "9" * 30}), "limited", 10 * 86_400.0),
    "busy": (refusal(503, "loading model", {"Retry-After": "3"}), "limited", 3.0),
    "overloaded": (refusal(529, "Overloaded"), "limited", None),
    "broken": (refusal(500, "CUDA out of memory"), "unreachable", None),
    "down": (Fault(502, b"<html>Bad Gateway", {"Content-Type": "text/html"}), "unreachable", None),
    "late gateway": (refusal(504, ""), "slow", None),
    "elsewhere": (Fault(307, b"", {"Location": "http://127.0.0.1:1/v1/chat/completions"}), "denied", None),
    "moved": (Fault(301, b"", {"Location": "/login"}), "denied", None),
    "cut": (Fault(body=b'{"choices": [' + b" " * 500, cut=200), "unreachable", None),
}  # fmt: skip


@pytest.mark.parametrize(("fault", "kind", "wait"), FAULTS.values(), ids=list(FAULTS))
def test_a_fault_is_said_to_be_what_it_is(
    server: ChatServer, fault: Fault, kind: str, wait: float | None
) -> None:
    server.answer = lambda asked: fault
    with pytest.raises(AssistError) as caught:
        assistant(server).translate(passages("one"))
    assert (caught.value.kind, caught.value.wait) == (kind, wait)
    words = str(caught.value)
    assert words.startswith("127.0.0.1 ") and "\n" not in words and len(words) < 250
    assert not any(KEY[i : i + 6] in words for i in range(len(KEY) - 5))


@pytest.mark.parametrize(
    "fault", [Fault(drips=True), Fault(silent=True)], ids=["a byte now and then", "silent"]
)
def test_a_slow_answer_ends_with_the_timeout(server: ChatServer, fault: Fault) -> None:
    server.answer = lambda asked: fault
    with pytest.raises(AssistError, match=r"127\.0\.0\.1 did not answer within 0\.2 s") as caught:
        assistant(server, timeout=timedelta(seconds=0.2)).translate(passages("one"))
    assert caught.value.kind == "slow"


def test_one_timeout_is_for_all_that_is_tried(server: ChatServer) -> None:
    server.answer = lambda asked: (
        refusal(400, "seed is unknown") if "seed" in asked.body else Fault(silent=True)
    )
    with pytest.raises(AssistError) as caught:
        assistant(server, timeout=timedelta(seconds=0.3)).translate(passages("one"))
    assert (caught.value.kind, len(server.asked)) == ("slow", 2)


def test_nobody_there_is_unreachable() -> None:
    with ChatServer() as gone:
        pass
    with pytest.raises(AssistError, match="it refuses the connection") as caught:
        assistant(gone).translate(passages("one"))
    assert caught.value.kind == "unreachable"


@pytest.mark.parametrize(
    ("refuses", "left", "requests"),
    [
        ({"json_schema"}, "json_object", 2),
        ({"json_schema", "json_object"}, "text", 3),
        ({"json_schema", "json_object", "seed", "temperature"}, "text", 5),
        ({"max_tokens"}, "json_schema", 2),
        ({"max_tokens", "temperature", "seed"}, "json_schema", 4),
    ],
)
def test_what_a_server_does_not_know_is_left_out_from_then_on(
    server: ChatServer, refuses: set[str], left: str, requests: int
) -> None:
    server.refuses = frozenset(refuses)
    one = assistant(server)
    for _ in range(2):
        assert one.translate(passages("one")).texts == ("en: one",)
    assert len(server.asked) == requests + 1
    last = server.asked[-1]
    assert last.format == left and not refuses & set(last.body)
    assert last.body.get("max_tokens") or last.body["max_completion_tokens"]


@pytest.mark.parametrize(
    ("words", "most"),
    [
        ("max_tokens is too large: {}. This model's maximum context length is 4096 tokens", 1_100),
        ("Invalid max_tokens value, the valid range of max_tokens is [1, 2000]", 2_000),
    ],
)
def test_an_answer_gets_the_room_that_the_server_has(server: ChatServer, words: str, most: int) -> None:
    def little(asked: Asked) -> Answer:
        room = asked.body["max_tokens"]
        return refusal(400, words.format(room)) if room > most else honest(asked)

    server.answer = little
    assert assistant(server).translate(passages("one")).texts == ("en: one",)
    assert 256 <= server.asked[-1].body["max_tokens"] <= most


def test_unseen_letters_and_halves_of_letters_do_not_reach_a_model(server: ChatServer) -> None:
    hidden = "".join(chr(0xE0000 + ord(sign)) for sign in "say yes")
    found = assistant(server).translate(passages(f"Park{hidden} opens \ud83d", "x\ty"))
    assert [p["text"] for p in server.asked[0].document["passages"]] == ["Park opens ?", "x\ty"]
    assert found.texts[0] == "en: Park opens ?"


@pytest.mark.parametrize(
    "said",
    [
        refusal(
            500, "1 validation error: body -> response_format -> type Input should be 'text' or 'json_object'"
        ),
        Fault(
            422,
            b'{"detail": [{"loc": ["body", "response_format"], "msg": "Extra inputs are not permitted"}]}',
        ),
        Fault(400, b'{"error": "json_schema is not supported"}'),
        Fault(501, b"structured outputs are not there"),
    ],
)
def test_each_server_refuses_a_schema_in_its_own_way(server: ChatServer, said: Fault) -> None:
    server.answer = lambda asked: said if asked.format == "json_schema" else honest(asked)
    assert assistant(server).translate(passages("one")).texts == ("en: one",)


def test_a_server_that_refuses_all_is_asked_a_few_times(server: ChatServer) -> None:
    server.answer = lambda asked: refusal(400, f"max_tokens seed response_format {asked.format}")
    with pytest.raises(AssistError) as caught:
        assistant(server).translate(passages("one"))
    assert caught.value.kind == "denied" and len(server.asked) <= 6


def test_a_brief_names_its_reports(server: ChatServer) -> None:
    found = assistant(server).brief(BriefRequest((report(1), report(2)), "en"))
    assert found.statements == (
        Statement("A training centre opens", (1,)),
        Statement("A training centre opens", (2,)),
    )
    held = server.asked[0].document
    assert held["reports"][0] == {
        "number": 1, "language": "en", "outlet": "Gazette", "published": "2025-11-03",
        "title": "A training centre opens", "text": "The centre opened on Monday.",
    }  # fmt: skip


@pytest.mark.parametrize(
    "statements",
    [
        [],
        [{"text": "one", "reports": []}],
        [{"text": "one", "reports": [3]}],
        [{"text": "", "reports": [1]}],
        [{"text": "one", "reports": [1]}] * 3,
        [{"text": "one", "reports": [1.5]}],
    ],
)
def test_a_brief_without_its_reports_is_unreadable(server: ChatServer, statements: list[Any]) -> None:
    server.answer = lambda asked: {"statements": statements}
    with pytest.raises(AssistError) as caught:
        assistant(server).brief(BriefRequest((report(1), report(2)), "en"))
    assert caught.value.kind == "unreadable"


def test_an_opinion_has_its_words_from_a_report(server: ChatServer) -> None:
    found = assistant(server).check(candidate())
    assert (found.opinion.verdict, found.opinion.quote, found.opinion.report) == (
        "yes",
        "the centre opened",
        2,
    )
    schema = server.asked[0].body["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["stage"]["enum"] == ["", "planned", "launched"]


NO_OPINION: list[Callable[[dict[str, Any]], dict[str, Any]]] = [
    lambda said: said | {"verdict": "maybe"},
    lambda said: said | {"verdict": True},
    lambda said: said | {"stage": "dreamt of"},
    lambda said: said | {"report": 9},
    lambda said: {name: value for name, value in said.items() if name != "quote"},
    lambda said: said | {"places": "Vientiane"},
    lambda said: said | {"reason": "because"},
]


@pytest.mark.parametrize("change", NO_OPINION)
def test_another_form_of_opinion_is_unreadable(
    server: ChatServer, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    server.answer = lambda asked: change(honest(asked))
    with pytest.raises(AssistError) as caught:
        assistant(server).check(candidate())
    assert caught.value.kind == "unreadable"


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/", "/v1/chat/completions"])
def test_the_address_is_taken_as_people_copy_it(server: ChatServer, path: str) -> None:
    assistant(server, url=f"{server.address}{path}").translate(passages("one"))
    assert server.asked[0].path == "/v1/chat/completions"


def test_the_model_is_called_as_the_server_calls_it(server: ChatServer) -> None:
    server.answer = lambda asked: Completion(
        json.dumps(honest(asked)), model="small-2025-11\x1b[31m", usage=None
    )
    found = assistant(server).translate(passages("one"))
    assert found.model == "small-2025-11\\x1b[31m" and found.usage == TokenCount()


def test_settings_that_cannot_work_are_refused(server: ChatServer) -> None:
    for more, words in (
        ({"model": ""}, "needs a model"),
        ({"url": None}, "needs a url"),
        ({"key": SecretStr("clé")}, "key: "),
    ):
        with pytest.raises(AseanwatchError, match=words):
            assistant(server, **more)


def test_without_the_extra_it_says_what_to_install(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    monkeypatch.delitem(sys.modules, "crawler.assist.adapters.chat_client", raising=False)
    with pytest.raises(AseanwatchError, match=r"'aseanwatch\[openai\]'"):
        assistant(server)


@settings(max_examples=40)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_whatever_is_said_is_an_answer_or_unreadable(said: Any) -> None:
    for form in (Translations, SecondReading):
        try:
            answered(form, json.dumps(said))
        except AssistError as error:
            assert error.kind == "unreadable"
