"""Each mistake gives one line that names it, and no traceback unless asked for; the rest of the work goes on."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Done, run
from tests.newsroom.configuration import packaged, watching
from tests.newsroom.news import items
from tests.newsroom.web import Newsroom


def crawl(folder: Path, *arguments: str, **env: str) -> Done:
    return run("crawl", "--config", "config.yaml", *arguments, cwd=folder, **env)


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_failing_sources_are_named_and_the_others_go_on(tmp_path: Path, room: Newsroom) -> None:
    bad: list[dict[str, Any]] = [
        {"name": "closed", "url": f"http://127.0.0.1:{closed_port()}/feed"},
        {"name": "no-such-host", "url": "http://no-such-host.invalid/feed"},
        {"name": "missing", "url": room.address("/nowhere")},
        {
            "name": "no-list",
            "url": room.address("/song-hong/feed"),
            "kind": "listing",
            "select": {"item": "li.gone", "link": "a@href"},
        },
        {"name": "no-map", "url": room.address("/song-hong/feed"), "kind": "sitemap"},
    ]
    good = [
        s
        for s in room.sources(broken=True)
        if s["name"] in ("song-hong", *("html-not-feed", "truncated-feed", "wrong-encoding", "empty-feed"))
    ]
    watching(room, tmp_path, sources=good + bad)
    done = crawl(tmp_path, "--json")
    assert done.status == 1
    assert "Traceback" not in done.err
    told = dict(line.split(": ", 1) for line in done.err.splitlines())
    assert told["closed"] == "the host refuses the connection"
    assert told["no-such-host"] == "the host name is unknown"
    assert told["missing"] == "the server answers 404 Not Found"
    assert told["html-not-feed"] == "the answer is a web page (HTML), not a feed"
    assert told["truncated-feed"].startswith("broken XML, ")
    assert told["wrong-encoding"].startswith("the encoding is not the declared one")
    assert told["empty-feed"] == "the feed has no entries"
    assert "select.item 'li.gone'" in told["no-list"] or "no element" in told["no-list"]
    assert "not a sitemap" in told["no-map"]
    summary = done.json["summary"]
    assert (summary["sources_failed"], summary["sources_ok"]) == (6, 4)
    assert summary["articles"] >= sum(i.outlet.name == "song-hong" for i in items())


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("schedule:", "scedule:", "scedule: unknown key (did you mean schedule?)"),
        (
            "query: new:base",
            "query: $base NEAR/12 AND",
            "topics.demonstration_base.query: column",
        ),
        (
            "query: new:base",
            "query: $bse NEAR/12 $launch",
            "unknown term set $bse (did you mean $base?)",
        ),
        ("${SMTP_PASSWORD:-}", "${SMTP_PASSWORD}", "the environment variable SMTP_PASSWORD is not set"),
        ("web: {", "web: [", "is no YAML"),
    ],
)
@pytest.mark.parametrize("command", ["check", "crawl"])
def test_a_wrong_configuration_is_told_with_file_line_and_key(
    tmp_path: Path, command: str, old: str, new: str, told: str
) -> None:
    text = packaged().replace(old, new, 1)
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    done = run(command, "--config", "config.yaml", cwd=tmp_path, SMTP_PASSWORD_="")
    assert done.status == 2
    assert told in done.err
    assert done.err.startswith("config.yaml:")
    assert "Traceback" not in done.err
    line = int(done.err.split(":")[1])
    if "YAML" not in told:
        assert new.split(":", maxsplit=1)[0].split("}", maxsplit=1)[0] in text.splitlines()[line - 1]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("sqlite:////nowhere/at/all/news.db", "the store sqlite:////nowhere/at/all/news.db cannot be used"),
        ("sqlite:///words.db", "words.db cannot be used"),
        ("mysql://me:s3cret@x", "storage.url: mysql is not supported; allowed: sqlite:///FILE"),
        ("s3cret url", "storage.url: is no address of a store; allowed: sqlite:///FILE"),
    ],
)
def test_a_store_that_cannot_be_used_is_named(tmp_path: Path, room: Newsroom, url: str, told: str) -> None:
    (tmp_path / "words.db").write_text("no database at all, only words, many of them " * 30)
    watching(room, tmp_path, storage={"url": url})
    done = crawl(tmp_path)
    assert done.status == 2
    assert told in done.err
    assert "Traceback" not in done.err
    assert "s3cret" not in done.err
    assert len(done.err.splitlines()) == 1


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    assert "Traceback" in run("check", "--config", "none.yaml", "--debug", cwd=tmp_path).err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["crawl", "--source", "nobody"], "no source is named nobody"),
        (["crawl", "--url", "ftp://x.example"], "is no http or https address"),
        (["crawl", "--since", "soon"], "is no duration"),
        (["crawl", "--output", "news.pdf"], "allowed: .jsonl, .csv, .xlsx"),
        (["articles", "show", "99"], "no stored article has the id 99"),
        (["stories", "show", "99"], "no story has the id 99"),
        (["subscriptions", "pause", "nobody"], "there is no subscription nobody"),
        (
            ["subscriptions", "add", "desk", "--topic", "nothing", "--to", "a@b.example"],
            "unknown topic nothing",
        ),
        (["alerts", "dispatch", "--at", "soon"], "is no moment"),
        (["classify", "none.jsonl"], "none.jsonl: cannot be read"),
        (["topics", "explain", "none.txt"], "none.txt"),
        (["export", "--what", "people"], "people"),
        (["sing"], "sing"),
    ],
)
def test_usage_errors_say_what_is_allowed(
    tmp_path: Path, room: Newsroom, arguments: list[str], told: str
) -> None:
    watching(room, tmp_path)
    assert arguments[1:2] != ["show"] or run("db", "upgrade", cwd=tmp_path).status == 0
    done = run(*arguments, cwd=tmp_path)
    assert done.status == 2, done
    assert told in " ".join(done.err.replace("│", " ").split())
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"id": 1}\n', "news.jsonl:1: must be an object with id and text; missing: text"),
        ('{"id": 1, "text": "a"}\n{broken\n', "news.jsonl:2: is no JSON"),
        ('{"id": 1, "text": "a"}\n{"id": 1, "text": "b"}\n', "news.jsonl:2: the id 1 stands here twice"),
        ("[]\n", "news.jsonl:1: must be an object"),
        ("", "news.jsonl: holds no rows"),
    ],
)
@pytest.mark.parametrize("command", ["classify", "evaluate"])
def test_a_file_of_news_with_mistakes(tmp_path: Path, command: str, text: str, told: str) -> None:
    (tmp_path / "news.jsonl").write_text(text)
    done = run(command, "news.jsonl", cwd=tmp_path)
    assert done.status == 2
    assert told in done.err


def test_evaluate_needs_labels(tmp_path: Path) -> None:
    (tmp_path / "news.jsonl").write_text('{"id": 1, "text": "a"}\n')
    done = run("evaluate", "news.jsonl", cwd=tmp_path)
    assert done.status == 2
    assert "row 1 (id 1) has no labels; missing: relevant" in done.err
