"""The second reader asked over the network: what it says is acted on if it is proved, and nothing happens where it is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.assist.checking import SecondReader
from alerts.selection.raise_alerts import raise_alerts
from crawler.assist.assistants import Assistants
from crawler.config.settings import Settings
from crawler.store import Store
from crawler.store.assist import requests_of
from tests.alerts.assist.test_second_reader import LEFT_OUT, TAKEN, desk, reported, told
from tests.assist_servers import Asked, ChatServer, Fault, refusal
from tests.builders import NOON, new_store

LATER = NOON + timedelta(seconds=10)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer() as running:
        yield running


def opinion(verdict: str, **more: object) -> dict[str, object]:
    """An answer that quotes the clause that it is asked about."""
    return {"verdict": verdict, "name": "", "places": [], "stage": "", "report": 1} | more


def read(store: Store, made: Settings) -> int:
    assistants = Assistants(made)
    try:
        return SecondReader(made, store, assistants, lambda: LATER).read()
    finally:
        assistants.close()


def answering(server: ChatServer, verdict: str, **more: object) -> None:
    def answer(asked: Asked) -> dict[str, object]:
        return opinion(verdict, **{"quote": asked.document["clause"]} | more)

    server.answer = answer


def test_a_proved_yes_brings_the_alert_and_is_asked_for_once(store: Store, server: ChatServer) -> None:
    made = desk(store, url=server.url, model="small")
    reported(store, LEFT_OUT)
    answering(server, "yes")
    assert (read(store, made), read(store, made)) == (1, 0)
    assert raise_alerts(store, made, LATER) == 1
    assert told(store) == ["new_base"]
    (asked,) = server.asked
    assert asked.document["clause"] in LEFT_OUT[1] or asked.document["clause"] in LEFT_OUT[0]
    with store.read() as connection:
        (sent,) = requests_of(connection, None, 10)
    assert (sent["place"], sent["sources"]) == ("127.0.0.1", ["outlet"])


@pytest.mark.parametrize(
    "more",
    [
        {"quote": "The President signed the decree to found the centre."},
        {"name": "Kampot Rice Academy"},
        {"places": ["Vientiane"]},
        {"report": 7},
    ],
    ids=["quote", "name", "place", "report"],
)
def test_an_opinion_with_anything_invented_does_nothing(
    store: Store, server: ChatServer, more: dict[str, object]
) -> None:
    made = desk(store, url=server.url, model="small")
    reported(store, LEFT_OUT)
    reported(store, TAKEN, NOON + timedelta(minutes=1))
    answering(server, "yes", **more)
    assert read(store, made) == 0
    answering(server, "no", **more)
    assert read(store, made) == 0
    assert raise_alerts(store, made, NOON + timedelta(minutes=2)) == 1
    assert told(store) == ["new_base"]


@pytest.mark.parametrize("fault", [refusal(500, "no"), Fault(body=b"{"), refusal(401, "no")])
def test_without_an_answer_the_rules_decide_alone(store: Store, server: ChatServer, fault: Fault) -> None:
    made = desk(store, url=server.url, model="small")
    reported(store, TAKEN)
    server.answer = lambda asked: fault
    assert read(store, made) == 0
    assert raise_alerts(store, made, LATER) == 1
