"""Sources of config.yaml are paused, changed and removed, however the file is written, and each change can be taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.identity.keys import box_of
from alerts.operations import tuning
from alerts.operations.live_config import live_at
from alerts.operations.source_actions import SourceActions
from crawler.config import load
from crawler.config.loading import ConfigError
from crawler.config.settings import Settings
from crawler.model import AseanwatchError
from crawler.store import Store, poll_requests
from crawler.store.schema import audit, config_versions
from tests.builders import NOON, TERMS, new_store

SETS = f"terms: {json.dumps(TERMS, ensure_ascii=False)}\n"
BLOCKS = f"""\
# what we watch
sources:
  # the agency
  - name: agency   # asked since 2020
    url: https://agency.example/feed
    headers: {{Authorization: "${{AGENCY_KEY:-none}}"}}
  - name: ledger
    url: https://reader:s3cret@ledger.example/feed?api_key=n0b0dy
    select: &here
      item: li
      link: a
    kind: listing
  - name: mirror
    url: https://mirror.example/list
    kind: listing
    select: *here
topics:
  trade: {{query: $trade}}
{SETS}"""
IN_A_FLOW = f"""\
sources: [{{name: agency, url: "https://agency.example/feed"}}, {{name: ledger, url: "https://ledger.example/feed"}}]
topics: {{trade: {{query: $trade}}}}
{SETS}"""
WITH_WINDOWS_LINES = BLOCKS.replace("\n", "\r\n")
TEXTS = {"blocks": BLOCKS, "a flow": IN_A_FLOW, "lines of Windows": WITH_WINDOWS_LINES}

Opened = Callable[[str], SourceActions]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


@pytest.fixture
def opened(tmp_path: Path, store: Store) -> Opened:
    def opened(text: str) -> SourceActions:
        path = tmp_path / "config.yaml"
        path.write_bytes(text.encode())
        return SourceActions(live_at(str(path)), store, "Siti", NOON)

    return opened


def text_of(actions: SourceActions) -> str:
    return actions.live.path.read_bytes().decode()


def undo(actions: SourceActions, number: int | None) -> None:
    assert number is not None
    with actions.store.write() as connection:
        box = box_of(actions.live.settings, actions.store)
        tuning.undo(connection, actions.live, number, "Siti", NOON, box)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("name", ["agency", "ledger"])
def test_to_pause_and_to_resume_leaves_the_file_as_it_was(opened: Opened, text: str, name: str) -> None:
    actions = opened(text)
    assert actions.set_paused(name, paused=True) is not None
    assert [s.name for s in load(actions.live.path).sources if not s.enabled] == [name]
    assert actions.set_paused(name, paused=True) is None, "it is paused already"
    assert actions.set_paused(name, paused=False) is not None
    assert text_of(actions) == text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_change_is_written_alone_and_taken_back(opened: Opened, text: str) -> None:
    actions = opened(text)
    number = actions.change("agency", {"lang": "id", "every": "15m", "url": "https://new.example/${HOME}"})
    made = {s.name: s for s in load(actions.live.path).sources}
    assert made["agency"].url == "https://new.example/${HOME}", "what is typed in never names a secret"
    assert made["agency"].lang == "id"
    assert {n: s for n, s in made.items() if n != "agency"} == {
        s.name: s for s in load_text(text, actions.live.path.parent).sources if s.name != "agency"
    }
    undo(actions, number)
    assert text_of(actions) == text


def load_text(text: str, folder: Path) -> Settings:
    other = folder / "other.yaml"
    other.write_bytes(text.encode())
    return load(other)


def test_a_reference_to_the_environment_stays_one(opened: Opened) -> None:
    actions = opened(BLOCKS)
    actions.change("agency", {"lang": "en"})
    assert 'headers: {Authorization: "${AGENCY_KEY:-none}"}' in text_of(actions)
    assert "# asked since 2020" in text_of(actions)


def test_what_is_removed_comes_back_by_undo(opened: Opened) -> None:
    actions = opened(BLOCKS)
    number = actions.remove("mirror")
    assert [s.name for s in load(actions.live.path).sources] == ["agency", "ledger"]
    undo(actions, number)
    assert text_of(actions) == BLOCKS


def test_no_secret_stands_in_the_history_and_undo_knows_it_all_the_same(opened: Opened, store: Store) -> None:
    actions = opened(BLOCKS.replace("${AGENCY_KEY:-none}", "Bearer t0ken"))
    before = text_of(actions)
    numbers = [actions.change("ledger", {"lang": "en"}), actions.set_paused("agency", paused=True)]
    with store.read() as connection:
        stored = [str(tuple(row)) for row in connection.execute(select(config_versions))]
        stored += [str(tuple(row)) for row in connection.execute(select(audit))]
        shown = tuning.history(connection, box=box_of(actions.live.settings, store))
    told = "".join(stored) + "".join(f"{c.before}{c.after}" for c in shown)
    assert not [secret for secret in ("s3cret", "n0b0dy", "t0ken") if secret in told]
    assert "ledger.example" in told
    for number in reversed(numbers):
        undo(actions, number)
    assert text_of(actions) == before


def test_what_would_make_the_file_wrong_is_not_written(opened: Opened) -> None:
    actions = opened(BLOCKS)
    for values in ({"kind": "listing"}, {"lang": "klingon"}, {"url": "ftp://x"}, {"every": "soon"}):
        with pytest.raises(ConfigError):
            actions.change("agency", values)
    with pytest.raises(AseanwatchError, match="cannot be changed here"):
        actions.change("agency", {"headers": "x"})
    with pytest.raises(AseanwatchError, match="no source nobody"):
        actions.remove("nobody")
    assert text_of(actions) == BLOCKS


def test_a_source_that_a_subscription_names_is_not_removed(opened: Opened) -> None:
    named = f"{BLOCKS}subscriptions: [{{name: desk, to: [a@example.org], sources: [agency]}}]\n"
    actions = opened(named)
    with pytest.raises(AseanwatchError, match="subscription desk"):
        actions.remove("agency")
    assert text_of(actions) == named


def test_a_resumed_or_moved_source_is_asked_at_once_and_a_paused_one_never(
    opened: Opened, store: Store
) -> None:
    actions = opened(BLOCKS)
    actions.change("ledger", {"lang": "en"})
    actions.set_paused("agency", paused=True)
    with pytest.raises(AseanwatchError, match="paused"):
        actions.ask("agency")
    with store.write() as connection:
        assert poll_requests.take(connection) == set()
    actions.set_paused("agency", paused=False)
    actions.change("ledger", {"url": "https://ledger.example/rss"})
    actions.ask("mirror")
    with store.write() as connection:
        assert poll_requests.take(connection) == {"agency", "ledger", "mirror"}
        assert poll_requests.waiting(connection) == set()


def test_each_change_is_recorded_with_the_name_of_the_person(opened: Opened, store: Store) -> None:
    actions = opened(BLOCKS)
    actions.set_paused("agency", paused=True)
    actions.remove("mirror")
    with store.read() as connection:
        rows = connection.execute(select(audit.c.actor, audit.c.action, audit.c.target)).all()
    assert [tuple(r) for r in rows] == [
        ("Siti", "source: pause", "agency"),
        ("Siti", "source: remove", "mirror"),
    ]
