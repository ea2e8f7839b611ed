"""Commands on a real pseudo-terminal: tables that line up, signs that work began, links to files."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.runtime.packaged_config import packaged
from crawler.store import Store
from tests.builders import NOON, keep, later, new_store
from tests.conftest import run
from tests.crawler.runtime.test_cells import HEADLINES
from tests.terminal import Screen, by_c_library, by_grapheme, on_terminal

WIDTH = 90


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a configuration and a store that has a headline in each script."""
    folder = tmp_path_factory.mktemp("desk")
    store: Store = new_store(folder)
    for number, headline in enumerate(HEADLINES.values()):
        keep(store, headline, published=NOON, first_seen=later(minutes=number), source=f"outlet-{number}")
    base = "China and Cambodia on Friday launched the China-Cambodia Solar Training Base in Sihanoukville."
    keep(store, "Solar training base launched", base, published=NOON, first_seen=later(hours=1))
    store.close()
    text = packaged().read_text(encoding="utf-8")
    (folder / "config.yaml").write_text(text.replace("sqlite:///aseanwatch.db", "sqlite:///store.db"))
    return folder


@pytest.fixture(scope="module")
def listed(desk: Path) -> str:
    return on_terminal("articles", "list", "--all", cwd=desk, columns=WIDTH)


@pytest.mark.parametrize("measure", [by_c_library, by_grapheme])
def test_columns_line_up_on_every_terminal(listed: str, measure: object) -> None:
    screen = Screen(WIDTH, measure).feed(listed)  # type: ignore[arg-type]
    heads = next(row for row in range(len(screen.lines)) if screen.text(row).startswith("id "))
    line = "".join(cell or "" for cell in screen.lines[heads])
    title, behind = line.index("title"), line.index("topics")
    last = next(row for row in range(heads, len(screen.lines)) if "newest first" in screen.text(row))
    shown = ""
    for row in range(heads + 1, last):
        # Between two columns stand blanks, whatever the script.
        assert [
            c for at in (title, behind) for c in screen.lines[row][at - 2 : at] if c not in (" ", None)
        ] == []
        shown += screen.text(row, title, behind)
    for headline in HEADLINES.values():
        assert headline.replace(" ", "") in shown.replace(" ", "")
    assert screen.text(last) == f"{len(HEADLINES) + 1} articles, the newest first"


def test_a_command_says_at_once_that_it_began_and_takes_that_back(listed: str) -> None:
    assert listed.startswith("aseanwatch articles …")
    assert Screen(WIDTH).feed(listed).text(0) == "Articles (times in UTC)"


def test_a_file_that_was_written_is_a_link(desk: Path) -> None:
    text = on_terminal("bases", "export", "--format", "csv", "--output", "the bases.csv", cwd=desk)
    (target, shown), *_ = Screen(100).feed(text).links.items()
    assert shown == "the bases.csv"
    assert target.startswith("file://")
    assert target.endswith(f"{desk}/the%20bases.csv")


def test_a_pipe_gets_blanks_and_no_sequences(desk: Path) -> None:
    done = run("articles", "list", "--all", cwd=desk)
    assert "\x1b" not in done.out + done.err
    heads, *rows = done.out.splitlines()[1:-1]
    at = sum(by_c_library(c) for c in heads[: heads.index("title")])
    for row in rows:
        cells, begin = 0, 0
        while cells < at:
            cells += by_c_library(row[begin])
            begin += 1
        assert row[begin - 2 : begin] == "  "
