"""LibreTranslate's API: what is asked of it, and what each of its failures is said to be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from crawler.assist.adapters.libretranslate import LibreTranslate
from crawler.assist.model import AssistError, BriefRequest, Passage, Task, TranslationRequest
from crawler.config.assist_settings import AssistantSettings
from tests.assist_servers import ChatServer, Fault, LibreServer

KEY = "b7f3c2d1-0e4a-4c55-9a1e-77aa51c0ffee"


@pytest.fixture
def server() -> Iterator[LibreServer]:
    with LibreServer() as made:
        yield made


def assistant(server: LibreServer, **more: Any) -> LibreTranslate:
    values = {"url": server.address, "timeout": timedelta(seconds=20)}
    return LibreTranslate(AssistantSettings(kind="libretranslate", **(values | more)))


def passages(*texts: str, lang: str = "id", to: str = "en", **names: str) -> TranslationRequest:
    return TranslationRequest(tuple(Passage(text, lang) for text in texts), to, names)


def test_passages_go_in_one_request_and_come_back_in_order(server: LibreServer) -> None:
    found = assistant(server).translate(passages("Taman baru", "Kawasan industri"))
    assert found.texts == ("en: Taman baru", "en: Kawasan industri")
    assert server.asked == [
        {"q": ["Taman baru", "Kawasan industri"], "source": "id", "target": "en", "format": "text"}
    ]


def test_names_are_kept_through_the_translation(server: LibreServer) -> None:
    server.translate = lambda text, target: text.replace("Taman", "Park").replace("Vientiane", "Wieng Chan")
    found = assistant(server).translate(passages("Taman Vientiane", Vientiane="Vientiane Capital"))
    assert found.texts == ("Park Vientiane Capital",)
    assert "Vientiane" not in server.asked[0]["q"][0]


@pytest.mark.parametrize("named", ["zh", "zh-Hans"])
def test_chinese_is_called_as_the_release_calls_it(server: LibreServer, named: str) -> None:
    server.languages = {"en": [named], named: ["en"]}
    one = assistant(server)
    assert one.reads("zh", "en") and one.reads("en", "zh") and not one.reads("zh", "lo")
    one.translate(passages("园区", lang="zh"))
    assert server.asked[0]["source"] == named


def test_its_languages_are_asked_for_once(server: LibreServer) -> None:
    one = assistant(server)
    pairs = [(a, b) for a in ("id", "en", "lo") for b in ("en", "zh", "my")]
    assert [pair for pair in pairs if one.reads(*pair)] == [("id", "en"), ("en", "zh")]
    one.translate(passages("Taman"))
    assert server.looks == 1


def test_a_release_that_does_not_say_targets_has_all(server: LibreServer) -> None:
    server.languages = {"id": None, "vi": None}
    assert assistant(server).reads("id", "vi") and not assistant(server).reads("id", "th")


def test_while_it_is_away_the_failure_is_told_by_asking() -> None:
    with LibreServer() as gone:
        pass
    one = assistant(gone)
    assert one.reads("id", "en")
    with pytest.raises(AssistError, match="it refuses the connection"):
        one.translate(passages("Taman"))


def test_a_key_goes_in_the_body_and_is_never_told(server: LibreServer) -> None:
    server.key = KEY
    assert assistant(server, key=SecretStr(f"{KEY}\n")).translate(passages("Taman")).texts == ("en: Taman",)
    assert server.asked[0]["api_key"] == KEY
    server.fault = Fault(403, f'{{"error": "Invalid API key {KEY}"}}'.encode())
    with pytest.raises(AssistError) as caught:
        assistant(server, key=SecretStr(KEY)).translate(passages("Taman"))
    assert caught.value.kind == "denied" and "Invalid API key …" in str(caught.value)
    assert not any(KEY[i : i + 6] in str(caught.value) for i in range(len(KEY) - 5))


def test_a_missing_key_is_denied(server: LibreServer) -> None:
    server.key = KEY
    with pytest.raises(AssistError, match="to get an API key") as caught:
        assistant(server).translate(passages("Taman"))
    assert caught.value.kind == "denied"


def test_a_batch_that_is_too_large_counts_for_the_question(server: LibreServer) -> None:
    server.batch = 1
    with pytest.raises(AssistError, match=r"request \(2\) exceeds text limit \(1\)") as caught:
        assistant(server).translate(passages("one", "two"))
    assert caught.value.kind == "unreadable"


FAULTS: dict[str, tuple[Fault, str, float | None]] = {
    "a pair that it has not": (Fault(400, b'{"error": "lo is not supported"}'), "denied", None),
    "banned": (Fault(403, b'{"error": "Too many request limits violations"}'), "denied", None),
    "too fast": (Fault(429, b'{"error": "Slowdown: 30 per 1 minute"}'), "limited", None),
    "too fast, with time": (Fault(429, b"", {"Retry-After": "60"}), "limited", 60.0),
    "broken": (Fault(500, b'{"error": "Internal Server Error"}'), "unreachable", None),
    "elsewhere": (Fault(308, b"", {"Location": "https://portal.example/"}), "denied", None),
    "fewer texts": (Fault(body=b'{"translatedText": []}'), "unreadable", None),
    "one text": (Fault(body=b'{"translatedText": "one"}'), "unreadable", None),
    "numbers": (Fault(body=b'{"translatedText": [1]}'), "unreadable", None),
    "an error as success": (Fault(body=b'{"error": "lo is not supported"}'), "unreadable", None),
    "NUL": (Fault(body=b'{"translatedText": ["a\\u0000b"]}'), "unreadable", None),
    "half a character": (Fault(body=b'{"translatedText": ["\\ud800"]}'), "unreadable", None),
    "a page": (Fault(body=b"<html>hello", headers={"Content-Type": "text/html"}), "unreadable", None),
    "garbage": (Fault(body=b"\xff\x00" * 9), "unreadable", None),
    "cut": (Fault(body=b'{"translatedText": ["one"]}' + b" " * 900, cut=100), "unreachable", None),
    "huge": (Fault(body=b" " * 4_000_001), "unreadable", None),
    "slow": (Fault(drips=True), "slow", None),
}  # fmt: skip


@pytest.mark.parametrize(("fault", "kind", "wait"), FAULTS.values(), ids=list(FAULTS))
def test_a_fault_is_said_to_be_what_it_is(
    server: LibreServer, fault: Fault, kind: str, wait: float | None
) -> None:
    server.fault = fault
    timeout = timedelta(seconds=0.3 if kind == "slow" else 20)
    with pytest.raises(AssistError) as caught:
        assistant(server, timeout=timeout).translate(passages("Taman"))
    assert (caught.value.kind, caught.value.wait) == (kind, wait)
    assert str(caught.value).startswith("127.0.0.1") and "\n" not in str(caught.value)


def test_another_server_at_the_address_is_noticed() -> None:
    with ChatServer() as other, pytest.raises(AssistError, match="has no such address") as caught:
        LibreTranslate(AssistantSettings(kind="libretranslate", url=other.address)).translate(
            passages("Taman")
        )
    assert caught.value.kind == "denied"


@pytest.mark.parametrize("path", ["/", "/translate", "/translate/"])
def test_the_address_is_taken_as_people_copy_it(server: LibreServer, path: str) -> None:
    assert assistant(server, url=f"{server.address}{path}").translate(passages("Taman")).texts == (
        "en: Taman",
    )


def test_it_only_translates(server: LibreServer) -> None:
    one = assistant(server)
    assert one.tasks == {Task.TRANSLATE}
    with pytest.raises(AssistError, match="only translates"):
        one.brief(BriefRequest((), "en"))
