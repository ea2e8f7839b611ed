"""What processes that write keep in memory of stories and bases is what the store says, whoever wrote it and how it was corrected."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from crawler.analysis import corrections
from crawler.analysis.rejudge import rejudge
from crawler.analysis.release import not_a_copy
from crawler.analysis.undoing import undo_change, undoable
from crawler.judging.bases.register import summarise
from crawler.judging.bases.tally import BaseTally
from crawler.judging.stories.grouping import Window
from crawler.model import AseanwatchError, BaseMention
from crawler.parsing.urls import url_key
from crawler.store import base_corrections
from crawler.store.active_stories import ActiveStories
from crawler.store.article_writer import ArticleWriter, JudgedArticle
from crawler.store.base_proofs import proofs_of
from crawler.store.base_tallies import BaseTallies
from crawler.store.schema import articles, base_articles, bases
from crawler.store.upkeep import prune
from tests.builders import NOON, article, later, new_store, shipped, shipped_judge

WINDOW = timedelta(days=5)
TEXTS = (
    "China and Laos on Friday signed an agreement to build the China-Laos Rice Laboratory in Vientiane, worth 3 million dollars.",
    "The China-Laos Rice Laboratory, agreed on in Vientiane, will train 300 students, China and Laos said.",
    "China and Laos on Friday opened the China-Laos Rice Laboratory in Savannakhet.",
    "China and Thailand opened the China-Thailand Durian Training Base in Chanthaburi, and a Rubber Laboratory in Bangkok.",
    "中国与老挝在万象签署协议,共建中老水稻联合实验室。",
    "China and Vietnam on Friday signed a trade agreement on durian exports in Hanoi.",
    "China, Vietnam sign trade agreement on durian exports in the Vietnamese capital Hanoi on Friday.",
)
EDIT = " Officials of China and Indonesia opened the China-Indonesia Nickel Laboratory in Makassar, too."
WRITERS, SOME = st.integers(0, 1), st.integers(0, 99)
STEPS = st.one_of(
    st.tuples(st.just("write"), WRITERS, st.integers(0, len(TEXTS) - 1), st.integers(0, 2)),
    st.tuples(st.just("fail"), WRITERS, st.integers(0, len(TEXTS) - 1), st.integers(0, 2)),
    st.tuples(st.sampled_from(["revise", "split", "join", "join bases", "split bases", "rename"]), WRITERS, SOME, SOME),
    st.tuples(st.sampled_from(["undo", "release", "prune", "restart"]), WRITERS, SOME, SOME),
)  # fmt: skip
"""A step, which of two processes does it, and what it is about."""


@lru_cache
def judged(number: int, copy: int, more: str = "") -> JudgedArticle:
    text = TEXTS[number] + more
    when = later(hours=number + 30 * copy)
    one = article(text[:50], text, url=f"https://o{copy}.example/{number}", source=f"o{copy}", first_seen=when, published=when)  # fmt: skip
    return JudgedArticle(one, shipped_judge().classify(one), url_key(one.url))


class TwoProcesses:
    """A store, and two processes that write into it and remember what they read."""

    def __init__(self, folder: Path) -> None:
        self.store = new_store(folder)
        self.writers = [ArticleWriter(WINDOW), ArticleWriter(WINDOW)]

    def do(self, what: str, who: int, one: int, other: int) -> None:
        writer = self.writers[who]
        if what == "judge again":
            rejudge(self.store, shipped_judge(), None, NOON, WINDOW)
        elif what == "prune":
            prune(self.store, later(hours=one), later(days=10))
            for each in self.writers:  # what is pruned is older than stories grow, and in no window any more
                each._stories.clear()
        elif what == "restart":
            self.writers[who] = ArticleWriter(WINDOW)
        elif what == "fail":
            with pytest.raises(ZeroDivisionError), writer.transaction(self.store) as connection:
                writer.write(connection, [judged(one, other)])
                raise ZeroDivisionError
        else:
            with writer.transaction(self.store) as connection:
                if what == "write":
                    writer.write(connection, [judged(one, other)])
                elif what == "revise":
                    self._revise(writer, connection, one)
                elif what in ("split", "join", "undo", "release"):
                    _correct_stories(connection, what, one, other)
                else:
                    _correct_bases(connection, what, one, other)

    def _revise(self, writer: ArticleWriter, connection: Connection, which: int) -> None:
        keys = connection.execute(select(articles.c.id, articles.c.url).order_by(articles.c.id)).all()
        if keys:
            number, url = keys[which % len(keys)]
            copy, text = url.removeprefix("https://o").split(".example/")
            new = judged(int(text), int(copy), EDIT)
            writer.revise(connection, number, new.article, new.reading, NOON)


def _correct_stories(connection: Connection, what: str, one: int, other: int) -> None:
    rows = connection.execute(select(articles.c.id, articles.c.story_id, articles.c.duplicate_of)).all()
    there = sorted({r.story_id for r in rows if r.story_id is not None})
    if not there:
        return
    story, into = there[one % len(there)], there[other % len(there)]
    mine = [r.id for r in rows if r.story_id == story]
    copies = [r.id for r in rows if r.duplicate_of is not None]
    rules = shipped().rules()
    if what == "split" and len(mine) > 1:
        # Nothing but copies of what goes may be left; then there is nothing to split.
        with suppress(AseanwatchError):
            corrections.split_story(connection, story, [mine[other % len(mine)]], rules, NOON)
    elif what == "join" and into != story:
        corrections.merge_stories(connection, min(into, story), max(into, story), NOON)
    elif what == "undo" and (change := undoable(connection, story)) is not None:
        undo_change(connection, change, NOON, "operator")
    elif what == "release" and copies:
        not_a_copy(connection, copies[other % len(copies)], rules, NOON)


def _correct_bases(connection: Connection, what: str, one: int, other: int) -> None:
    keys = connection.scalars(select(bases.c.key).order_by(bases.c.id)).all()
    if not keys:
        return
    key, second = keys[one % len(keys)], keys[other % len(keys)]
    of_base = select(bases.c.id).where(bases.c.key == key).scalar_subquery()
    proving = connection.scalars(select(base_articles.c.article_id).where(base_articles.c.base_id == of_base)).all()  # fmt: skip
    if what == "join bases" and key != second:
        base_corrections.merge(connection, key, second, NOON)
    elif what == "split bases" and len(proving) > 1:
        base_corrections.split(connection, key, [proving[other % len(proving)]], NOON)
    elif what == "rename":
        base_corrections.rename(connection, key, f"Base {other}", "en", NOON)


def tally_state(tally: BaseTally) -> dict[str, Any]:
    """All that a tally holds."""
    held: dict[str, Any] = {}
    for name in BaseTally.__slots__:
        # What is derived is held against what is derived anew: by whom it was asked for before is of no account.
        value = tally.named if name == "_named" else getattr(tally, name)
        if name == "_life":
            value = {number: event._of for number, event in tally._life.events.items()}, tally.steps
        elif name in ("_said", "_names"):
            value = {key: counts._of for key, counts in value.items() if counts}
        elif name == "_widths":
            value = {stage: n for stage, n in value.items() if n}
        held[name] = getattr(value, "_of", value)
    return held


def asked_of(kind: str, city: str) -> BaseMention:
    """What another report may say of a base."""
    return BaseMention(
        "", "China-Laos Rice Laboratory", kind, "launched", (city,) if city else (), (), None, ""
    )


def register_state(tallies: BaseTallies, connection: Connection) -> dict[str, Any]:
    """All that is answered of the register."""
    tallies.look_again()
    numbers = list(connection.scalars(select(bases.c.id).order_by(bases.c.id)))
    kinds = set(connection.scalars(select(bases.c.kind)))
    cities = {c for lying in connection.scalars(select(bases.c.cities)) for c in lying}
    return {
        "rows": tallies.rows(connection, numbers),
        "likely": {
            (kind, city): [
                (most, known.id, set(known.names), set(known.days), known.fields)
                for most, known in tallies.likely(connection, asked_of(kind, city), "en", NOON, ())
            ]
            for kind in kinds
            for city in ("", *cities)
        },
        "tallies": {n: tally_state(t) for n, t in tallies.tallies(connection, numbers).items()},
    }


def window_state(window: Window) -> dict[str, Any]:
    """All that a window answers from, but for how common names were, which is counted as reports came."""
    return {
        "reports": window.reports,
        "index": window._index.holders(),
        "stories": {story: members for story, members in window._stories.items() if members},
    }


def hold_against_the_proofs(connection: Connection) -> None:
    """What the store says of each base is what its proofs say, read from nothing."""
    rows = {row.id: row for row in connection.execute(select(bases))}
    proofs = proofs_of(connection, sorted(rows))
    assert proofs.keys() == rows.keys()
    for number, row in rows.items():
        told = summarise(proofs[number])
        first = min(proofs[number], key=lambda p: (p.when, p.article))
        assert (row.kind, row.stage, tuple(row.cities), tuple(row.countries)) == (told.kind, told.stage, told.cities, told.countries)  # fmt: skip
        assert row.date == told.day
        if row.steps_revision == row.revision:
            assert row.story_id == first.story
            assert [tuple(step) for step in row.steps] == [(s.story, s.stage, s.day and s.day.isoformat()) for s in told.timeline]  # fmt: skip


def hold_against_the_store(world: TwoProcesses) -> None:
    with world.store.write() as connection:
        hold_against_the_proofs(connection)
        read = ActiveStories(WINDOW)
        read.load_around(connection, NOON)
        read.load_around(connection, later(days=3))
        recounted = BaseTallies()
        told = {story: recounted.of_story(connection, story) for story in connection.scalars(select(articles.c.story_id).distinct()) if story}  # fmt: skip
        for writer in world.writers:
            assert register_state(writer._bases, connection) == register_state(recounted, connection)
            for story, of_story in told.items():
                assert writer._bases.of_story(connection, story) >= of_story
            writer._stories.catch_up(connection)
            writer._stories.load_around(connection, NOON)
            writer._stories.load_around(connection, later(days=3))
            assert window_state(writer._stories.window) == window_state(read.window)


def hold(steps: list[tuple[str, int, int, int]]) -> None:
    with TemporaryDirectory() as folder:
        world = TwoProcesses(Path(folder))
        for number, step in enumerate(steps, 1):
            world.do(*step)
            if number % 3 == 0 or number == len(steps):
                hold_against_the_store(world)
        world.store.close()


@settings(max_examples=12)
@given(st.lists(STEPS, min_size=4, max_size=10))
def test_what_is_in_memory_is_what_the_store_says(steps: list[tuple[str, int, int, int]]) -> None:
    hold(steps)


@pytest.mark.long
@settings(max_examples=60)
@given(
    st.lists(
        st.one_of(STEPS, STEPS, STEPS, STEPS, st.just(("judge again", 0, 0, 0))), min_size=8, max_size=24
    )
)
def test_it_is_after_any_history(steps: list[tuple[str, int, int, int]]) -> None:
    hold(steps)
