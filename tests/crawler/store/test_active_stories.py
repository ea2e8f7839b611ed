"""Stories in the store: they join, merge and split, keep their history, and an operator's word holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from crawler.analysis.rejudge import rejudge
from crawler.judging.bases.stages import STAGES
from crawler.model import AseanwatchError
from crawler.store import Store, active_stories, bases, stories
from crawler.store.active_stories import ActiveStories
from crawler.store.article_writer import ArticleWriter, JudgedArticle
from crawler.store.articles import Filter, find
from tests.builders import NOON, article, keep, later, new_store, shipped, shipped_judge

ENGLISH = "China and Malaysia on Friday signed 31 memoranda in Putrajaya during Xi Jinping's state visit, on rail and visas."
MALAY = "China dan Malaysia memeterai 31 memorandum persefahaman sempena lawatan negara Xi Jinping ke Putrajaya, Jumaat."
CHINESE = "习近平28日在吉隆坡同安瓦尔会谈,中马两国签署31份合作文件。"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def three(store: Store) -> list[int]:
    rows = [
        ("Malaysia, China sign 31 memoranda", ENGLISH),
        ("Malaysia-China meterai 31 MoU", MALAY),
        ("习近平同安瓦尔会谈", CHINESE),
    ]
    return [keep(store, title, text, published=NOON).article for title, text in rows]


def groups(store: Store) -> dict[int, int | None]:
    with store.read() as connection:
        return {r.id: r.story_id for r in find(connection, Filter())}


def test_reports_in_three_languages_are_one_story(store: Store) -> None:
    three(store)
    assert len(set(groups(store).values())) == 1


def test_a_merge_keeps_the_older_story_and_its_history(store: Store) -> None:
    one = keep(store, "China and Laos sign rice research agreement in Vientiane", published=NOON)
    other = keep(store, "China and Thailand sign durian export agreement in Bangkok", published=NOON)
    assert one.story != other.story
    with store.write() as connection:
        stories.merge(connection, one.story or 0, other.story or 0, later(hours=1), {"by": 9})
        (change,) = stories.history(connection, one.story or 0)
    assert (change["kind"], change["other_id"], change["articles"]) == ("merge", other.story, [other.article])
    assert set(groups(store).values()) == {one.story}
    with store.read() as connection:
        assert stories.successor(connection, other.story or 0) == one.story


def test_a_new_story_never_gets_the_id_of_one_that_has_gone(store: Store) -> None:
    one = keep(store, "China and Laos sign rice research agreement in Vientiane", published=NOON)
    other = keep(store, "China and Thailand sign durian export agreement in Bangkok", published=NOON)
    with store.write() as connection:
        stories.merge(connection, one.story or 0, other.story or 0, NOON, None)
    third = keep(store, "China and Brunei sign fisheries agreement in Bandar Seri Begawan", published=NOON)
    assert third.story not in {one.story, other.story}


def test_a_split_makes_a_story_of_the_named_articles(store: Store) -> None:
    first, second, third = three(store)
    old = groups(store)[first]
    with store.write() as connection:
        new = stories.split(connection, old or 0, [third], NOON, actor="operator")
    assert groups(store) == {first: old, second: old, third: new}


@pytest.mark.parametrize(
    ("wanted", "complaint"), [([99], "not of story"), ([1, 2, 3], "nothing would remain")]
)
def test_a_split_that_makes_no_sense_is_refused(store: Store, wanted: list[int], complaint: str) -> None:
    three(store)
    with store.write() as connection, pytest.raises(AseanwatchError, match=complaint):
        stories.split(connection, 1, wanted, NOON)


def test_judging_again_changes_nothing_where_the_rules_are_the_same(store: Store) -> None:
    three(store)
    keep(
        store,
        "China-Laos innovation centre opened in Vientiane",
        "A China-Laos innovation centre opened in Vientiane on Friday.",
    )
    before = groups(store)
    found = rejudge(store, shipped_judge(), None, later(days=1), shipped().stories.window)
    assert not found.anything
    assert groups(store) == before


def test_judging_again_leaves_apart_what_an_operator_has_parted(store: Store) -> None:
    first, second, third = three(store)
    with store.write() as connection:
        new = stories.split(connection, groups(store)[first] or 0, [third], NOON, actor="operator")
        stories.cannot_link(connection, [first, second], [third], NOON)
    assert not rejudge(store, shipped_judge(), None, later(days=1), shipped().stories.window).moves
    assert groups(store)[third] == new


def test_judging_again_leaves_together_what_an_operator_has_joined(store: Store) -> None:
    one = keep(store, "China and Laos sign rice research agreement in Vientiane", published=NOON)
    other = keep(store, "China and Thailand sign durian export agreement in Bangkok", published=NOON)
    with store.write() as connection:
        stories.must_link(connection, [one.article], [other.article], NOON)
        stories.merge(connection, one.story or 0, other.story or 0, NOON, None, "operator")
    assert not rejudge(store, shipped_judge(), None, later(days=1), shipped().stories.window).moves
    assert set(groups(store).values()) == {one.story}


def test_a_running_keeper_follows_what_an_operator_has_moved(store: Store) -> None:
    writer = ArticleWriter(timedelta(days=5))
    first, second, third = (keep_with(writer, store, *row) for row in rows_of_three())
    with store.write() as connection:
        new = stories.split(connection, groups(store)[first] or 0, [third], NOON, actor="operator")
    again = keep_with(
        writer, store, "习近平同马来西亚总理安瓦尔会谈", CHINESE.replace("会谈,", "会谈并见证,")
    )
    assert groups(store)[again] in {new, groups(store)[first]}
    assert groups(store)[second] == groups(store)[first]


def test_two_processes_that_take_turns_bring_one_event_into_one_story(store: Store) -> None:
    ours, theirs = ArticleWriter(timedelta(days=5)), ArticleWriter(timedelta(days=5))
    for number, writer in enumerate((ours, theirs)):  # both know the days by now
        keep_with(
            writer,
            store,
            f"China and Laos sign rice agreement number {number} in Vientiane",
            "China and Laos cooperate on rice.",
        )
    first, second, third = (
        keep_with(k, store, *row) for k, row in zip((ours, theirs, ours), rows_of_three(), strict=True)
    )
    assert groups(store)[first] == groups(store)[second] == groups(store)[third]


def test_what_was_taken_back_is_in_nobody_s_memory(store: Store) -> None:
    writer = ArticleWriter(timedelta(days=5))
    (title, text), *others = rows_of_three()
    with pytest.raises(RuntimeError), writer.transaction(store) as connection:
        one = article(title, text, url="https://o.example/lost", published=NOON)
        writer.write(connection, [JudgedArticle(one, shipped_judge().classify(one), one.url)])
        raise RuntimeError
    kept = [keep_with(writer, store, *row) for row in others]
    assert len({groups(store)[a] for a in kept}) == 1


def test_a_process_goes_on_by_what_judging_again_has_found(store: Store) -> None:
    writer = ArticleWriter(timedelta(days=5))
    kept = [keep_with(writer, store, *row) for row in rows_of_three()[:2]]
    rejudge(store, shipped_judge(), None, later(days=1), shipped().stories.window)
    last = keep_with(writer, store, *rows_of_three()[2])
    assert len({groups(store)[a] for a in (*kept, last)}) == 1


def rows_of_three() -> list[tuple[str, str]]:
    return [
        ("Malaysia, China sign 31 memoranda", ENGLISH),
        ("Malaysia-China meterai 31 MoU", MALAY),
        ("习近平同安瓦尔会谈", CHINESE),
    ]


def keep_with(writer: ArticleWriter, store: Store, title: str, text: str) -> int:
    one = article(title, text, url=f"https://o.example/{abs(hash(title))}", published=NOON)
    with store.write() as connection:
        return writer.write(connection, [JudgedArticle(one, shipped_judge().classify(one), one.url)])[
            0
        ].article


def test_the_stages_of_a_base_have_an_order() -> None:
    assert (
        STAGES.index("signed") < STAGES.index("launched") < STAGES.index("operating") < STAGES.index("closed")
    )


def test_what_one_batch_brings_is_found_again_after_news_of_other_months(store: Store) -> None:
    """The window lets go of days far away and reads them again: what the same batch brought of them must be there."""
    elsewhere = [
        (
            f"China and Laos sign rice agreement number {n} in Vientiane",
            "",
            NOON - timedelta(days=15 * n),
            f"https://outlet.example/r{n}",
        )
        for n in range(1, 12)
    ]
    rows = [
        ("Malaysia, China sign 31 memoranda", ENGLISH, NOON, "https://outlet.example/en"),
        *elsewhere,
        ("习近平同安瓦尔会谈", CHINESE, NOON, "https://outlet.example/zh"),
    ]
    made = [article(title, text, published=when, url=url) for title, text, when, url in rows]
    with store.write() as connection:
        batch = [JudgedArticle(a, shipped_judge().classify(a), a.url) for a in made]
        kept = ArticleWriter(timedelta(days=5)).write(connection, batch)
    assert kept[0].story is not None
    assert kept[-1].story == kept[0].story


@given(st.permutations(range(4)))
def test_an_empty_store_filled_in_any_order_holds_the_same_stories(order: list[int]) -> None:
    rows = [
        (ENGLISH, 0),
        (MALAY, 0),
        (CHINESE, 0),
        ("China and Laos sign a rice research agreement in Vientiane.", 1),
    ]
    with TemporaryDirectory() as folder:
        store = new_store(Path(folder))
        kept = {
            i: keep(store, rows[i][0][:60], rows[i][0], published=NOON - timedelta(days=40 * rows[i][1]))
            for i in order
        }
        found = groups(store)
    assert len({found[kept[i].article] for i in range(3)}) == 1
    assert found[kept[3].article] != found[kept[0].article]


def written(order: Sequence[tuple[str, int]]) -> list[int | None]:
    """The stories of reports, each given by its text and its day, that are written one after another by one writer."""
    writer = ArticleWriter(timedelta(days=5))
    with TemporaryDirectory() as folder:
        store = new_store(Path(folder))
        found = []
        for number, (text, day) in enumerate(order):
            made = article(
                text[:60], text, published=later(days=day - 40), url=f"https://outlet.example/{number}"
            )
            with store.write() as connection:
                judged = JudgedArticle(made, shipped_judge().classify(made), made.url)
                found += [one.story for one in writer.write(connection, [judged])]
    return found


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from((ENGLISH, MALAY, CHINESE)), st.integers(0, 40)), max_size=8))
def test_reports_that_were_let_go_of_are_found_again(order: list[tuple[str, int]]) -> None:
    told = [(f"{text} {number}", day) for number, (text, day) in enumerate(order)]
    all_kept = written(told)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(active_stories, "MAX_REPORTS", 2)
        assert written(told) == all_kept


def test_reports_in_memory_do_not_grow_with_the_days(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(active_stories, "MAX_REPORTS", 20)
    for day in range(60):
        own = " ".join(f"word{day}of{n}" for n in range(20))
        keep(store, f"China and Laos agree on {own}", published=later(days=day - 60))
    known = ActiveStories(timedelta(days=5))
    sizes = []
    with store.read() as connection:
        for day in (*range(60), 3, 59):
            known.load_around(connection, later(days=day - 60))
            sizes.append(len(known.window.reports))
            near = {later(days=d - 60).date() for d in range(max(0, day - 6), min(60, day + 7))}
            assert near <= {report.when.date() for report in known.window.reports.values()}
    assert max(sizes) <= 20


BASES_OF_A_DAY = {
    "Luang Prabang": (
        "China, Laos open agricultural training base in Luang Prabang",
        "A training base for rice growers opened in Luang Prabang on Friday under an agreement between China and Laos.",
    ),
    "Haiphong": (
        "Chinese-backed farm training base opens in Hai Phong",
        "A base that will train Vietnamese farmers in Chinese greenhouse methods opened in the port of Hai Phong on Friday.",
    ),
    "Khon Kaen": (
        "Khon Kaen gets Thai-Chinese agriculture training base",
        "A Thai-Chinese training base for modern agriculture was opened at Khon Kaen on Friday by both sides.",
    ),
    "Battambang": (
        "New Cambodia-China agricultural base opens in Battambang",
        "Cambodia and China on Friday opened an agricultural training base in Battambang province for cooperatives.",
    ),
    "Makassar": (
        "Indonesia, China launch agriculture training base in Makassar",
        "Indonesia and China launched a training base for agriculture in Makassar, South Sulawesi, on Friday.",
    ),
    "": (
        "Malaysia and China open joint agriculture training base",
        "Malaysia and China on Friday opened a joint training base for agriculture, the ministry of agriculture said.",
    ),
}


@pytest.mark.parametrize("turn", range(3))
def test_bases_of_one_day_are_each_a_story_and_an_entry_of_the_register(store: Store, turn: int) -> None:
    rows = list(BASES_OF_A_DAY.values())
    kept = [
        keep(store, title, text, published=NOON) for title, text in (*rows[turn * 2 :], *rows[: turn * 2])
    ]
    assert len({k.story for k in kept}) == len(rows)
    with store.read() as connection:
        found = bases.find(connection)
    assert sorted(c for b in found for c in b["cities"]) == sorted(filter(None, BASES_OF_A_DAY))
    assert all(len(set(b["countries"]) - {"CN"}) == 1 for b in found)
    assert len(found) == len(rows)


@pytest.mark.parametrize(
    ("editions", "index"), [(False, "ix_articles_grouped_when"), (True, "ix_articles_editions_when")]
)
def test_the_reports_of_a_day_are_found_without_reading_all_articles(
    store: Store, editions: bool, index: str
) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(
        store.engine, "before_cursor_execute", lambda _c, _u, words, values, *_: asked.append((words, values))
    )
    with store.read() as connection:
        stories.load_reports(connection, NOON, NOON + timedelta(days=1), editions=editions)
        words, values = asked[-1]
        plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)]
    assert plan[0].startswith(f"SEARCH articles USING INDEX {index}"), plan


def test_a_window_is_filled_by_one_query_for_each_run_of_days(store: Store) -> None:
    for day, report in ((-20, "rice"), (0, "durian"), (-3, "rubber")):
        keep(store, f"China and Laos sign {report} agreement in Vientiane", published=later(days=day))
    asked: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda _c, _u, words, *_: asked.append(words))
    known = ActiveStories(timedelta(days=5))
    with store.read() as connection:
        connection.exec_driver_sql("SELECT 1")
        asked.clear()
        known.load_around(connection, NOON)
        assert len(asked) == 3  # the days near it, and those before and after of which only editions count
        assert sorted(r.when for r in known.window.reports.values()) == [later(days=-3), NOON]
        known.load_around(connection, later(days=1))
        assert len(asked) == 5  # a day more at either end
        known.load_around(connection, later(days=1))
        assert len(asked) == 5
