"""Plug-ins fail in every way: they harm only themselves, and the failure is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import run
from tests.newsroom.configuration import over_packaged
from tests.newsroom.web import Newsroom
from tests.plugins import installed

CODE = """
import asyncio, os, sys
from datetime import datetime, timezone
from crawler.documents.kinds import Fetched
from crawler.model import Entry

class Timeout(BaseException):
    pass

def fail():
    how = os.environ.get("FLAKY")
    if how == "exit":
        sys.exit(3)
    if how == "timeout":
        raise Timeout("too long")
    if how == "cancelled":
        raise asyncio.CancelledError

def judge(article, reading):
    fail() if "rail" in article.title else None
    return reading

def read(answer, source):
    fail()
    title = "China and Laos agree on rice"
    old = datetime(1, 1, 1, tzinfo=timezone.utc)
    return Fetched((Entry(source.name, "1", "https://ministry.example/1", title, answer.seen, summary=title, published=old),))

class Pigeon:
    is_mail, merges, side_by_side = False, False, 1

    def __init__(self, settings, own):
        if os.environ.get("PIGEON") == "ill":
            raise KeyError("wings")

    def send(self, outgoing):
        if os.environ.get("PIGEON") == "lost":
            raise ValueError("https://pigeons.example/token-of-a-pigeon")
        if os.environ.get("PIGEON") == "gone":
            sys.exit(3)

    def close(self):
        raise OSError("no more")

    def abort(self):
        pass

class Halved:
    def __init__(self, settings, own):
        pass
"""


def configured(folder: Path, room: Newsroom) -> str:
    """A configuration with all that the package brings; gives the PYTHONPATH to run with."""
    sources = [
        {**room.sources()[0], "name": "well"},
        {"name": "notices", "kind": "notices", "url": room.sources()[0]["url"]},
    ]
    sections = {
        "crawl": {"allow_private": ["127.0.0.1"], "pages": "never"},
        "sources": sources,
        "alerts": {"fresh": "3650d"},
        "subscriptions": [{"name": n, "channel": n, "when": "instant"} for n in ("a-pigeon", "halved", "letters")],
        "delivery": {
            "channels": {
                "a-pigeon": {"type": "pigeon"}, "halved": {"type": "halved"}, "letters": {"type": "folder", "path": "letters"},
            }
        },
    }  # fmt: skip
    (folder / "config.yaml").write_text(over_packaged(**sections), encoding="utf-8")
    channels = "pigeon = flaky:Pigeon\nhalved = flaky:Halved"
    return installed(
        folder, CODE, sources="notices = flaky:read", judges="flaky = flaky:judge", channels=channels
    )


@pytest.mark.parametrize(
    ("how", "name"),
    [
        ("exit", "it tried to end the program"),
        pytest.param("timeout", "it broke off: too long", marks=pytest.mark.long),
        pytest.param("cancelled", "it broke off", marks=pytest.mark.long),
    ],
)
def test_a_kind_of_source_that_would_end_the_program_is_that_source_s_failure(
    tmp_path: Path, room: Newsroom, how: str, name: str
) -> None:
    path = configured(tmp_path, room)
    done = run("crawl", "--json", cwd=tmp_path, PYTHONPATH=path, FLAKY=how)
    assert done.status == 1
    assert f"the kind notices failed: an error that was not expected ({name}" in " ".join(done.err.split())
    assert done.json["summary"]["sources_ok"] == 1
    healed = run("crawl", "--source", "notices", "--json", cwd=tmp_path, PYTHONPATH=path)
    assert (healed.status, healed.json["summary"]["articles"]) == (0, 1), (
        "and a date that is none costs no entry"
    )


def test_a_channel_that_fails_rests_alone_and_tells_no_secret(tmp_path: Path, room: Newsroom) -> None:
    path = configured(tmp_path, room)
    assert run("crawl", cwd=tmp_path, PYTHONPATH=path).status == 0
    for how in ("ill", "lost", "gone"):
        done = run("alerts", "dispatch", "--json", cwd=tmp_path, PYTHONPATH=path, PIGEON=how)
        assert (done.status, done.json["given_up"]) == (1, 0)
        assert run("deliveries", "resume", "a-pigeon", cwd=tmp_path, PYTHONPATH=path).status == 0
    rows = run("deliveries", "list", "--json", cwd=tmp_path, PYTHONPATH=path).json
    assert {r["channel"]: r["status"] for r in rows} == {
        "a-pigeon": "pending",
        "halved": "pending",
        "letters": "sent",
    }
    errors = {r["channel"]: r["error"] for r in rows}
    assert errors["a-pigeon"] == "the channel failed: an error that was not expected; --debug shows more"
    assert "token-of-a-pigeon" not in str(rows)
    assert run("alerts", "dispatch", "--json", cwd=tmp_path, PYTHONPATH=path).json["sent"] == 1, (
        "a close that fails is no failure"
    )
