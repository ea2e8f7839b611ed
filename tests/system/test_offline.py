"""Without a network, commands say that once, with the likely cause, and end as they always do; --verbose lists all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Done, run
from tests.faults.behaviours import answer
from tests.faults.server import FaultServer
from tests.ingesting import item, rss
from tests.newsroom.configuration import over_packaged

COUNT = 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration whose sources have names that nobody knows (RFC 6761: .invalid)."""
    names = [{"name": f"s{n}", "url": f"http://s{n}.invalid/feed"} for n in range(COUNT)]
    write(tmp_path, names)
    return tmp_path


def write(folder: Path, sources: list[dict[str, str]], **crawl: object) -> None:
    sections = {
        "sources": sources,
        "subscriptions": [],
        "storage": {"url": "sqlite:///aseanwatch.db"},
        "crawl": {"allow_private": ["127.0.0.1"], "timeout": "30s", **crawl},
    }
    (folder / "config.yaml").write_text(over_packaged(**sections), encoding="utf-8")


def offline(*arguments: str, cwd: Path, **more: str) -> Done:
    """Run a command that waits a second for a name server: one that is slow or away is no other failure than one that says no."""
    return run(*arguments, cwd=cwd, RES_OPTIONS="timeout:1 attempts:1", **more)


def test_a_crawl_that_reaches_nothing_says_so_once(folder: Path) -> None:
    done = offline("crawl", cwd=folder)
    assert done.status == 1
    lines = [line for line in done.err.splitlines() if "crawl.user_agent: warning: " not in line]
    assert lines[0].startswith(
        f"none of {COUNT} sources could be reached, for no host name could be looked up"
    )
    assert lines[1:] == ["--verbose tells each by itself"]
    assert f"{COUNT} failed" in done.out
    health = offline("sources", "health", cwd=folder)
    assert f"none of {COUNT} sources could be reached" in health.out
    assert "s7" not in health.out


@pytest.mark.long
def test_verbose_tells_each(folder: Path) -> None:
    done = offline("crawl", "--verbose", cwd=folder)
    assert [f"s{n}: the host name is unknown" in done.err for n in range(COUNT)] == [True] * COUNT


def test_the_probe_of_check_says_it_too_and_json_has_every_source(folder: Path) -> None:
    done = offline("check", "--network", cwd=folder)
    assert done.status == 1
    assert f"none of {COUNT} sources could be reached" in done.out
    assert "s7" not in done.out
    done = offline("check", "--network", "--json", cwd=folder)
    assert (done.status, len(done.json)) == (1, COUNT)
    assert {row["kind"] for row in done.json} == {"dns"}


def test_a_proxy_of_the_environment_is_named_as_the_likely_cause(folder: Path) -> None:
    done = offline("crawl", cwd=folder, https_proxy="http://me:secret@proxy.invalid:3128")
    assert "write under crawl: proxy: ${https_proxy}" in done.err
    assert "secret" not in done.err


def test_a_proxy_that_is_not_there_is_named_without_its_password(folder: Path, tmp_path: Path) -> None:
    names = [{"name": f"s{n}", "url": f"http://s{n}.invalid/feed"} for n in range(3)]
    write(tmp_path, names, proxy="${OURS}")
    done = offline("crawl", cwd=tmp_path, OURS="http://me:secret@127.0.0.1:1")
    assert "none of 3 sources could be reached through the proxy 127.0.0.1 of crawl.proxy" in done.err
    assert "secret" not in done.err + done.out


def test_where_one_source_answers_only_the_others_are_summed_up(tmp_path: Path) -> None:
    feed = rss(item("Port opens berth", "https://o.example/1", summary="Ships call."))
    with FaultServer({"feed": answer(feed)}) as site:
        names = [{"name": f"s{n}", "url": f"http://s{n}.invalid/feed"} for n in range(COUNT)]
        write(tmp_path, [*names, {"name": "well", "url": site.address("feed")}], pages="never")
        done = offline("crawl", cwd=tmp_path)
        probe = offline("check", "--network", cwd=tmp_path)
    assert done.status == 1
    assert f"{COUNT} sources: the host name is unknown (s" in done.err
    assert "none of" not in done.err
    assert "1 of 13 sources answered" in probe.out
    assert f"{COUNT} sources: the host name is unknown (s" in probe.out
