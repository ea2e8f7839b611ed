"""Tasks of a day at the desk, timed in a real browser: ``python -m benchmarks.desk_tasks``.

Three people do them over the demo's three days, each from where the person would begin. Each task has a console of its own, so that
none is helped by another. The figures before the news desk was redesigned are in docs/figures/desk_tasks_before.json.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.desk_people import MAIL, TASKS, DeskTask
from benchmarks.desk_walk import Walk
from tests.console.conftest import CHROMIUM, window

BEFORE = Path("docs/figures/desk_tasks_before.json")
PAGE = Path("docs/desk-tasks.md")


@dataclass(frozen=True)
class TaskFigure:
    """What a task took."""

    steps: int
    seconds: float
    told: list[str]


@contextmanager
def desk(demo: Path) -> Iterator[dict[str, str]]:
    """A console with the demo's days and a reader, in a process of its own: its ``url``, and where the ``mail`` is."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.desk_demo", str(demo), folder]
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        assert server.stdin is not None
        try:
            yield json.loads(server.stdout.readline())
        finally:
            server.stdin.close()
            server.wait()


def done(browser: Browser, task: DeskTask, ready: dict[str, str]) -> TaskFigure:
    """Do a task once."""
    person = task.person
    context = window(
        browser, locale=person.locale, timezone_id=person.timezone, reduced_motion="reduce", **person.options
    )
    try:
        walk = Walk(context.new_page())
        begin = f"file://{ready['mail']}" if task.begins == MAIL else f"{ready['url']}/console/"
        walk.page.goto(begin, wait_until="load")
        task.way(walk)
        return TaskFigure(walk.steps, round(walk.seconds, 1), walk.told)
    finally:
        context.close()


def measured(demo: Path, times: int, only: str) -> dict[str, TaskFigure]:
    """The figures of each task: the run of the median time."""
    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"]
        )
        for task in TASKS:
            if only and task.name != only:
                continue
            runs = []
            for _ in range(times):
                with desk(demo) as ready:
                    runs.append(done(browser, task, ready))
            middle = median(r.seconds for r in runs)
            found[task.name] = min(runs, key=lambda r: abs(r.seconds - middle))
            print(
                f"{task.name:14} {found[task.name].steps:3} steps {found[task.name].seconds:6.1f} s",
                flush=True,
            )
            print("    " + "; ".join(found[task.name].told), flush=True)
        browser.close()
    return found


def page_of(found: dict[str, TaskFigure], before: dict[str, Any]) -> str:
    """The page of the documentation: who wanted what, how many steps it took, and how long."""
    commit = os.environ.get("DESK_COMMIT") or _commit()
    lines = [
        "# Tasks of a day at the desk, timed",
        "",
        f"Thirteen things that three people want of a day, done in a real browser (Chromium) over the demo's three days of news. Before: {before['date']},",
        f"commit {before['commit']}, before the news desk was redesigned. After: {datetime.now(UTC):%Y-%m-%d}, commit {commit} (`make tasks` writes this page).",
        "",
        "| who | what is wanted | steps before | after | seconds before | after |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for task in TASKS:
        if task.name in found:
            old, new = before["tasks"][task.name], found[task.name]
            lines.append(
                f"| {task.person.name.partition(',')[0]} | {task.wanted} | {old['steps']} | {new.steps} | {old['seconds']:.1f} | {new.seconds:.1f} |"
            )
    both = [(before["tasks"][n], f) for n, f in found.items()]
    sums = (
        sum(o["steps"] for o, _ in both),
        sum(f.steps for _, f in both),
        sum(o["seconds"] for o, _ in both),
        sum(f.seconds for _, f in both),
    )
    lines += [
        f"| all | | {sums[0]} | {sums[1]} | {sums[2]:.1f} | {sums[3]:.1f} |",
        "",
        *_how(),
        *_ways(found, before),
    ]
    return "\n".join(lines) + "\n"


def _how() -> list[str]:
    people = {t.person.name: None for t in TASKS}
    return [
        "## How it is measured",
        "",
        f"The people are {'; '.join(people)}. Each begins at the first page of the console, or in the latest mail as the mail program shows it.",
        "A step is a click or tap, a field that is typed, a text that is copied, or a scroll by most of a screen until the thing is in the window.",
        "",
        "Seconds are those of the keystroke-level model, and the time that the browser takes to load and draw (on a loaded machine with two cores). The model:",
        "a decision or a look for the next thing 1.35 s (M), pointing 1.10 s (P), pressing 0.20 s (BB), a key 0.28 s (K), the hand to the keyboard",
        "0.40 s (H), a scroll 0.40 s and a look. Its sources: Card, Moran, Newell, *The keystroke-level model for user performance time with interactive",
        "systems*, CACM 23(7), 1980; Kieras, *Using the Keystroke-Level Model to Estimate Execution Times*, 1993. It describes people who know the way and make no",
        "mistakes, on a phone as with a mouse. The differences tell more than the sums: nobody reads or hesitates in it.",
        "",
    ]


def _ways(found: dict[str, TaskFigure], before: dict[str, Any]) -> list[str]:
    lines = ["## The ways", ""]
    for task in TASKS:
        if task.name in found:
            lines += [
                f"**{task.wanted.capitalize()}**",
                "",
                f"- before: {'; '.join(before['tasks'][task.name]['told'])}",
                f"- after: {'; '.join(found[task.name].told)}",
                "",
            ]
    return lines[:-1]


def _commit() -> str:
    return subprocess.run(
        ["git", "log", "-1", "--format=%h"], capture_output=True, text=True, check=False
    ).stdout.strip()


def main() -> None:
    """Do all tasks, print what they took, and write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--demo", type=Path, default=Path("demo"), help="the folder that make demo left")
    options.add_argument("--times", type=int, default=3)
    options.add_argument("--only", default="", help="the name of one task")
    options.add_argument("--json", type=Path, help="write the figures to this file")
    options.add_argument("--write", action="store_true", help=f"write {PAGE}")
    given = options.parse_args()
    logging.disable(logging.WARNING)
    found = measured(given.demo.absolute(), given.times, given.only)
    if given.json:
        given.json.write_text(
            json.dumps({n: asdict(f) for n, f in found.items()}, ensure_ascii=False, indent=1)
        )
    if given.write:
        PAGE.write_text(page_of(found, json.loads(BEFORE.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
