"""The command line as documented in docs/contract.md: commands, exit statuses, machine-readable output."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from crawler.config import load
from tests.builders import shipped
from tests.conftest import EVENING, run
from tests.contract.conftest import call
from tests.newsroom.configuration import packaged, watching
from tests.newsroom.web import Newsroom

CONTRACT = (Path(__file__).parents[2] / "docs" / "contract.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"^\| `aseanwatch ([a-z]+(?: [a-z][a-z-]*)?)", CONTRACT, re.MULTILINE)))


def test_the_contract_names_commands() -> None:
    assert len(COMMANDS) >= 25


def usage(*command: str) -> str:
    """What ``--help`` prints for a command."""
    done = call(*command, "--help", COLUMNS="200", NO_COLOR="1", TERM="dumb")
    assert done.exit_code == 0
    return done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_contract_exists_with_its_options(command: str) -> None:
    row = next(line for line in CONTRACT.splitlines() if line.startswith(f"| `aseanwatch {command}"))
    options = set(re.findall(r"--[a-z-]+", row.split("|")[1]))
    shown = usage(*command.split())
    assert all(option in shown for option in options)


def test_the_contract_names_every_command() -> None:
    def commands(*above: str) -> list[str]:
        return re.findall(r"^│ ([a-z][a-z-]*) ", usage(*above).partition("Commands")[2], re.MULTILINE)

    groups = {
        "articles",
        "stories",
        "bases",
        "sources",
        "topics",
        "subscriptions",
        "alerts",
        "deliveries",
        "digests",
        "suppressions",
        "bounces",
        "operators",
        "tokens",
        "units",
        "changes",
        "entries",
        "config",
        "db",
        "assist",
    }
    found = [f"{name} {sub}" for name in commands() for sub in (commands(name) if name in groups else [""])]
    assert sorted(f.strip() for f in found) == COMMANDS


LISTS = [
    c
    for c in COMMANDS
    if c.split()[-1] in ("list", "waiting", "dropped", "health", "timeline", "changes", "lag", "stats")
]


@pytest.mark.parametrize("command", LISTS)
def test_every_list_can_be_json(command: str) -> None:
    assert "--json" in usage(*command.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_help_ends_with_examples_that_could_be_typed(command: str) -> None:
    shown = usage(*command.split())
    text = " ".join(shown.partition("Examples:")[2].split())
    examples = [f"aseanwatch {e.strip()}" for e in text.split("aseanwatch ")[1:]]
    assert examples
    for example in examples:
        assert example.startswith(f"aseanwatch {command}")
        assert set(re.findall(r"--[a-z-]+", example)) <= set(re.findall(r"--[a-z-]+", shown))


def test_lists_end_with_how_many_they_show(crawled: Path) -> None:
    def last(*arguments: str) -> str:
        return run(*arguments, cwd=crawled).out.splitlines()[-1]

    stories = len(run("stories", "list", "--json", cwd=crawled).json)
    assert last("stories", "list") == f"{stories} stories, the last seen first"
    assert (
        last("stories", "list", "--limit", "1") == "1 story, the last seen first; there are more: --limit 2"
    )
    assert last("bases", "list") == f"{len(run('bases', 'list', '--json', cwd=crawled).json)} bases"
    assert last("bases", "list", "--stage", "closed").startswith("0 of ")
    assert last("bases", "changes", "--month", "2024-02").startswith(
        "0 new bases, 0 bases at another stage; the latest"
    )
    assert run("bases", "changes", "--month", "2025-13", cwd=crawled).status == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["articles", "list", "--json"],
        ["articles", "show", "1", "--json"],
        ["stories", "list", "--json"],
        ["bases", "list", "--json"],
        ["bases", "changes", "--month", "2025-11", "--json"],
        ["sources", "list", "--json"],
        ["sources", "health", "--json"],
        ["subscriptions", "list", "--json"],
        ["deliveries", "list", "--json"],
        ["digests", "list", "--json"],
        ["suppressions", "list", "--json"],
        ["bounces", "list", "--json"],
        ["check", "--json"],
        ["topics", "test", "--json"],
        ["topics", "stats", "--json"],
        ["topics", "suggest", "--least", "1", "--json"],
        ["topics", "backtest", "--against", "config.yaml", "--since", "9000d", "--json"],
        ["alerts", "dispatch", "--json"],
    ],
    ids=" ".join,
)
def test_lists_give_json(crawled: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    monkeypatch.chdir(crawled)
    done = call(*arguments)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) is not None
    assert run(*[a for a in arguments if a != "--json"], cwd=crawled).out.strip()


def test_status_0_done_1_failures_2_usage(tmp_path: Path) -> None:
    assert run("check", "--config", "none.yaml", cwd=tmp_path).status == 2
    assert run("crawl", "--no-such-option", cwd=tmp_path).status == 2
    with Newsroom(EVENING) as room:
        watching(room, tmp_path, sources=[{"name": "gone", "url": room.address("/nowhere")}])
        assert run("crawl", cwd=tmp_path).status == 1
        watching(room, tmp_path, sources=[s for s in room.sources() if s["name"] == "song-hong"])
        assert run("crawl", cwd=tmp_path).status == 0


def test_python_m_crawler_is_a_one_off_crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.conftest.COMMAND", [sys.executable, "-m", "crawler"])
    done = run("crawl", "--help", cwd=tmp_path)
    assert done.status == 0
    assert "--output" in done.out
    assert run("subscriptions", cwd=tmp_path).status == 2


def test_init_writes_what_a_desk_changes_of_the_shipped_configuration_once(tmp_path: Path) -> None:
    assert run("init", "new", cwd=tmp_path).status == 0
    written = (tmp_path / "new" / "config.yaml").read_text(encoding="utf-8")
    assert "\nextends: packaged\n" in written and len(written.splitlines()) < 40
    schema = re.search(r"yaml-language-server: \$schema=(\S+)", written)
    assert schema and (tmp_path / "new" / schema[1]).is_file()
    assert load(tmp_path / "new" / "config.yaml").topics == shipped().topics
    examples = re.compile(r"(?m)^# ( *(?:- |sources|terms|topics|trade|en:|remove|durian|tourism))")
    (tmp_path / "new" / "all.yaml").write_text(examples.sub(r"\1", written))
    tried = load(tmp_path / "new" / "all.yaml")
    assert tried.sources[-1].name == "our-feed" and "durian deal" in tried.terms["trade"]["en"]
    assert "durian" in tried.topics and "tourism" not in tried.topics
    again = run("init", "new", cwd=tmp_path)
    assert again.status == 2
    assert "exists already" in again.err
    assert run("check", "--config", "new/config.yaml", cwd=tmp_path).status == 0


def test_init_full_writes_the_whole_of_it(tmp_path: Path) -> None:
    assert run("init", "--full", cwd=tmp_path).status == 0
    written = (tmp_path / "config.yaml").read_text(encoding="utf-8")
    assert written == packaged().replace("docs/config.schema.json", "config.schema.json")
    assert json.loads((tmp_path / "config.schema.json").read_text()) == json.loads(
        run("schema", cwd=tmp_path).out
    )


def test_without_a_configuration_the_shipped_one_counts(tmp_path: Path) -> None:
    done = run("sources", "list", "--json", cwd=tmp_path)
    assert len(done.json) == len(shipped().sources)


def test_a_subscription_by_command(own: Path) -> None:
    added = [
        "subscriptions",
        "add",
        "finance",
        "--to",
        "cfo@example.org",
        "--topic",
        "finance",
        "--when",
        "daily 07:30",
        "--timezone",
        "Asia/Manila",
    ]
    assert run(*added, cwd=own).status == 0
    assert run(*added, cwd=own).status == 2
    (row,) = [s for s in run("subscriptions", "list", "--json", cwd=own).json if s["name"] == "finance"]
    assert (row["when"], row["zone"], row["to"]) == ("daily 07:30", "Asia/Manila", ["cfo@example.org"])
    assert run("subscriptions", "pause", "finance", cwd=own).status == 0
    done = run("subscriptions", "preview", "finance", "--output", "out", cwd=own)
    assert done.status == 0
    assert {p.name for p in (own / "out").iterdir()} == {"finance.html", "finance.txt", "finance.eml"}
    assert run("subscriptions", "remove", "finance", cwd=own).status == 0


def test_explain_says_why_and_why_not(crawled: Path) -> None:
    text = "China-ASEAN training base launched in Nanning\nChina and ASEAN launched a training base in Nanning.\n"
    done = run("topics", "explain", "-", cwd=crawled, stdin=text)
    assert done.status == 0
    assert "relevant: score" in done.out
    assert "demonstration_base matches" in done.out
    assert "tourism does not match" in done.out
    explained = run("topics", "explain", "-", "--json", cwd=crawled, stdin=text).json
    assert {t["name"] for t in explained["topics"]} == set(shipped().topics)


def test_a_backtest_fails_when_a_pinned_story_would_be_lost(own: Path) -> None:
    listed = run("articles", "list", "--json", "--limit", "500", cwd=own).json
    story = next(a["story"] for a in listed if "innovation base for emerging industries" in a["title"])
    text = (own / "config.yaml").read_text(encoding="utf-8")
    assert "\n  threshold: 0.5\n" in text
    (own / "new.yaml").write_text(
        text.replace("\n  threshold: 0.5\n", "\n  threshold: 1.0\n"), encoding="utf-8"
    )
    against = ["topics", "backtest", "--against", "new.yaml", "--since", "9000d"]
    assert run(*against, "--fail-on-lost", cwd=own).status == 0
    assert run("stories", "pin", str(story), "--note", "the founding base", cwd=own).status == 0
    done = run(*against, "--fail-on-lost", cwd=own)
    assert done.status == 1
    assert f"Pinned story {story} would be lost: the founding base" in done.out
    assert run(*against, cwd=own).status == 0
    told = run(*against, "--json", cwd=own).json
    assert told["pinned_lost"] == [{"story": story, "note": "the founding base"}]
    assert any(t["events_lost"] for t in told["topics"])
    assert told["alerts"]["lost"]
    assert run("stories", "pin", str(story), "--remove", cwd=own).status == 0
    assert run("stories", "pin", str(story), "--remove", cwd=own).status == 2


def test_sources_as_opml(crawled: Path) -> None:
    root = ElementTree.fromstring(run("sources", "export", cwd=crawled).out.encode())
    outlines = root.findall(".//outline[@xmlUrl]")
    assert {o.get("text") for o in outlines} >= {"song-hong", "news-search"}
    assert all(str(o.get("xmlUrl")).startswith("http") and "{" not in str(o.get("xmlUrl")) for o in outlines)


def test_upkeep(own: Path) -> None:
    assert run("db", "upgrade", cwd=own).status == 0
    assert run("db", "backup", "copy.db", cwd=own).status == 0
    assert (own / "copy.db").stat().st_size > 0
    assert "0 articles" in run("db", "prune", cwd=own).out


def test_a_topic_that_was_renamed_stops_nobody_and_is_told(own: Path) -> None:
    """Verdicts, a reader's subscription and a backtest still name it; news goes on without it until it is judged again."""
    add = ["subscriptions", "add", "reader", "--to", "reader@example.org", "--topic", "trade_investment"]
    assert run(*add, cwd=own).status == 0
    file = own / "config.yaml"
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace("trade_investment:", "commerce:"), encoding="utf-8")
    assert run("alerts", "dispatch", cwd=own).status == 0
    (own / "old.yaml").write_text(before, encoding="utf-8")
    assert run("topics", "backtest", "--against", "old.yaml", "--since", "9000d", cwd=own).status == 0
    done = run("check", "--json", cwd=own)
    assert done.status == 0
    named = {(s["kind"], s["name"], s["subscription"]) for s in done.json["stored"]}
    assert named == {("topic", "trade_investment", None), ("topic", "trade_investment", "reader")}
    told = run("check", cwd=own).err
    assert "aseanwatch rejudge" in told and "the subscription reader names the topic trade_investment" in told
    assert run("rejudge", cwd=own).status == 0
    named = {
        (s["kind"], s["name"], s["subscription"]) for s in run("check", "--json", cwd=own).json["stored"]
    }
    assert named == {("topic", "trade_investment", "reader")}


def test_check_makes_no_store(tmp_path: Path) -> None:
    assert run("init", cwd=tmp_path).status == 0
    assert run("check", cwd=tmp_path).status == 0
    assert {p.name for p in tmp_path.iterdir()} == {"config.yaml", "config.schema.json"}
