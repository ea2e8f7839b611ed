"""In a read-only folder every command says so in one line that names the place, and fails with the right status."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import COMMAND, environment, run
from tests.newsroom.configuration import over_packaged

COMMANDS = [
    ["crawl"],
    ["run", "--no-web"],
    ["init", "there"],
    ["export", "--output", "there/news.csv"],
    ["articles", "list"],
]
MORE = [
    ["web"], ["db", "upgrade"], ["db", "backup", "there/copy.db"], ["crawl", "--output", "there/news.jsonl"], ["alerts", "dispatch"],
    ["subscriptions", "list"], ["sources", "import", "feeds.opml", "--write"], ["rejudge"],
    ["bases", "export", "--output", "there/bases.geojson"], ["operators", "list"], ["stories", "merge", "1", "2"],
]  # fmt: skip
OPML = '<opml version="2.0"><body><outline type="rss" text="Ports" xmlUrl="https://ports.example/feed"/></body></opml>'


@pytest.fixture(scope="module")
def shut(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A folder with a store, and what begins a command in which it is mounted so that nobody can write, not root either."""
    folder = tmp_path_factory.mktemp("shut")
    own = {"sources": [], "subscriptions": [], "web": {"host": "127.0.0.1", "port": 0}}
    (folder / "config.yaml").write_text(over_packaged(**own), encoding="utf-8")
    (folder / "feeds.opml").write_text(OPML, encoding="utf-8")
    (folder / "there").mkdir()
    assert run("db", "upgrade", cwd=folder).status == 0
    root = [] if os.geteuid() == 0 else ["--map-root-user"]
    steps = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && cd "$0" && exec "$@"'
    within = ["unshare", *root, "--mount", "--propagation", "private", "sh", "-c", steps, str(folder)]
    if (
        not shutil.which("unshare")
        or subprocess.run([*within, "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("this machine gives no namespaces: no folder that is shut for root as well")
    return folder, within


@pytest.mark.parametrize(
    "command", [*COMMANDS, *(pytest.param(c, marks=pytest.mark.long) for c in MORE)], ids=" ".join
)
def test_every_command_says_in_one_line_what_cannot_be_written(
    shut: tuple[Path, list[str]], command: list[str]
) -> None:
    folder, within = shut
    done = subprocess.run(
        [*within, *COMMAND, *command],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = (done.stdout + done.stderr).strip()
    assert done.returncode in (1, 2), said
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1, said
    assert "cannot be written" in said or "Read-only file system" in said
    assert str(folder) in said or "there" in said, "it names the place"
