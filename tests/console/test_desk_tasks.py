"""The tasks of a day at the desk can still be done in the way that is timed, and steps are counted as a person takes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benchmarks.desk_demo import free_port, served_at, with_reader
from benchmarks.desk_people import TASKS, DeskTask
from benchmarks.desk_tasks import done
from benchmarks.desk_walk import POINT, PRESS, THINK, NotFoundOnTheWayError, Walk


@pytest.fixture
def walk(browser: Browser) -> Iterator[Walk]:
    context = browser.new_context(viewport={"width": 800, "height": 600})
    page = context.new_page()
    page.set_content(
        "<a href='#here'>near</a><p style='height:1400px'></p><button>far</button><p style='height:900px'></p>"
    )
    yield Walk(page)
    context.close()


def test_what_is_on_the_screen_is_one_step_away(walk: Walk) -> None:
    walk.click("a")
    assert walk.steps == 1
    assert THINK + POINT + PRESS < walk.seconds < 5


def test_what_is_further_down_is_scrolled_to_by_screens(walk: Walk) -> None:
    walk.click("button")
    assert walk.told == ["scroll", "scroll", "click button"]
    walk.click("a")
    assert walk.steps > 4, "and back up again"


def test_a_way_that_leads_nowhere_says_where_it_ended(walk: Walk) -> None:
    walk.click("a")
    walk.patience = 0.1
    with pytest.raises(NotFoundOnTheWayError, match=r"has no #nothing.*click a"):
        walk.see("#nothing")


@pytest.mark.long
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_a_task_can_be_done(browser: Browser, three_days: Path, tmp_path: Path, task: DeskTask) -> None:
    with served_at(three_days, tmp_path, free_port()) as console:
        ready = with_reader(console, tmp_path)
        figure = done(browser, task, {"url": ready.url, "mail": str(ready.mail)})
    assert 0 < figure.seconds < 120
