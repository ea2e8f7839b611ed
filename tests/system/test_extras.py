"""The example package, installed as a stranger would: a kind of source, a judge, a channel and an assistant."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml

from tests.conftest import Done, run

ROOT = Path(__file__).parents[2]
NOTICES = {
    "notices": [
        {
            "id": 7, "subject": "Cooperation with China on grain terminals",
            "body": "China and Indonesia signed an agreement to cooperate on grain terminals at Tanjung Priok.",
            "href": "https://ministry.example/7", "date": "2025-11-30T08:00:00+07:00",
        },
        {"id": 8, "subject": "Office hours", "body": "The office is closed on Monday.", "href": "https://ministry.example/8"},
    ]
}  # fmt: skip


@pytest.fixture(scope="module")
def extras(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the package was installed."""
    target = tmp_path_factory.mktemp("extras")
    options = [
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--target",
        str(target),
    ]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, str(ROOT / "examples" / "aseanwatch_extras")],
        check=True,
    )
    return target


@pytest.fixture
def ministry() -> Iterator[str]:
    """A ministry's list of notices; an address that ends in ``broken`` gives none."""

    class Notices(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({} if self.path.endswith("broken") else NOTICES).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Notices)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def configured(folder: Path, ministry: str, **more: object) -> None:
    from tests.newsroom.configuration import packaged, with_sections

    text = packaged()
    topics = yaml.safe_load(text)["topics"]
    sections = {
        "crawl": {"allow_private": ["127.0.0.1"], "pages": "never"},
        "sources": [
            {
                "name": "ministry",
                "url": f"{ministry}/list.json",
                "kind": "notices",
                "lang": "en",
                "country": "ID",
            },
            {"name": "other", "url": f"{ministry}/broken", "kind": "notices"},
        ],
        "judging": {"also": ["ports"]},
        "alerts": {"fresh": "3650d"},
        "topics": {
            **topics,
            "seaports": {"title": "Seaports", "query": '"seaport" OR "port authority"', "alert": "story"},
        },
        "subscriptions": [{"name": "harbours", "channel": "log", "topics": ["seaports"], "when": "instant"}],
        "delivery": {"channels": {"log": {"type": "lines", "path": "news.log"}}},
    }
    (folder / "config.yaml").write_text(with_sections(text, **sections, **more), encoding="utf-8")


def test_a_source_a_judge_and_a_channel_of_another_package(
    extras: Path, ministry: str, tmp_path: Path
) -> None:
    configured(tmp_path, ministry, assist={"kind": "gateway", "url": ministry})

    def do(*arguments: str) -> Done:
        return run(*arguments, cwd=tmp_path, PYTHONPATH=f"{ROOT}:{extras}")

    assert do("check").status == 0
    crawled = do("crawl", "--json")
    assert crawled.status == 1, "one of the two fails"
    assert "not a list of notices" in crawled.out
    dispatched = do("alerts", "dispatch", "--json")
    assert dispatched.status == 0 and dispatched.json["sent"] == 1
    (line,) = [json.loads(x) for x in (tmp_path / "news.log").read_text(encoding="utf-8").splitlines()]
    assert line["for"] == "harbours" and "grain terminals" in line["text"] and "Tanjung Priok" in line["text"]


def test_without_the_package_each_word_is_an_error_with_its_line(ministry: str, tmp_path: Path) -> None:
    configured(tmp_path, ministry, assist={"kind": "gateway", "url": ministry})
    told = run("check", cwd=tmp_path)
    assert told.status == 2
    assert "sources[0].kind: 'notices' is not known; allowed: feed, sitemap, listing or search" in told.err
    assert "judging.also[0]: no judge 'ports' is installed" in told.err
    assert "assist.kind: 'gateway' is not known; allowed: argos" in told.err
