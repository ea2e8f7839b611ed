"""What is taken for a copy as news comes in: by what its outlet repeats, and never so that news is hidden."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions.subscriptions import register
from crawler.analysis.corrections import merge_stories, split_story
from crawler.analysis.rejudge import rejudge
from crawler.analysis.release import not_a_copy
from crawler.model import AseanwatchError
from crawler.parsing.urls import url_key
from crawler.store import Store, recent_passages
from crawler.store.article_writer import ArticleWriter, JudgedArticle
from crawler.store.articles import Filter, find
from crawler.store.schema import alerts, articles, boilerplate
from crawler.store.upkeep import prune
from tests.builders import NOON, article, keep, later, new_store, settings, shipped, shipped_judge

NEWS = (
    "China and Laos sign agreement on new section of railway",
    "Vietnam signs durian export protocol with China",
    "Thailand and China sign visa-free travel agreement",
    "Malaysia and China launch joint laboratory on artificial intelligence",
)
PAYWALL = (
    "This article is for subscribers only. Sign in or subscribe to continue reading this story and get unlimited access to our "
    "coverage of business, politics and the economy."
)
FOOTER = (
    "Follow us on Telegram, Facebook and X for the latest news from the region, and download our app to read all stories without "
    "advertisements wherever you are. All rights reserved, no part may be reproduced without written permission."
)
REPORT = (
    "China and Cambodia agreed on Tuesday to widen cooperation in rice research, and a joint team of both ministries will begin its "
    "work in spring near Phnom Penh, where seeds of forty kinds are kept in a cold store that was built last year."
)
WORDS_AROUND = {
    "one word": lambda title: "News",
    "a paywall": lambda title: PAYWALL,
    "a long paywall": lambda title: f"{PAYWALL} {FOOTER}",
    "a footer behind": lambda title: f"{title}, officials said. {FOOTER}",
    "a footer before": lambda title: f"{FOOTER} {title}, officials said.",
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def rows(store: Store) -> dict[int, Any]:
    with store.read() as connection:
        return {r.id: r for r in find(connection, Filter())}


def held(store: Store, article: int) -> int:
    """How many passages of an article the index has."""
    with store.read() as connection:
        return len(recent_passages.of_article(connection, article))


@pytest.mark.parametrize("around", WORDS_AROUND)
@pytest.mark.parametrize("days", [0, 2])
def test_different_news_around_the_same_words_is_told_each_for_itself(
    store: Store, around: str, days: int
) -> None:
    text = WORDS_AROUND[around]
    kept = [
        keep(store, t, text(t), published=later(days=days * n), first_seen=later(days=days * n))
        for n, t in enumerate(NEWS)
    ]
    assert [k.duplicate_of for k in kept] == [None] * len(NEWS)
    assert len({k.story for k in kept}) == len(NEWS)


def test_what_an_outlet_repeats_leaves_the_index_with_its_second_item(store: Store) -> None:
    first = keep(store, NEWS[0], f"{NEWS[0]}, officials said. {FOOTER}").article
    before = held(store, first)
    keep(store, NEWS[1], f"{NEWS[1]}, officials said. {FOOTER}")
    assert held(store, first) < before / 2
    assert rows(store)[first].fingerprints == held(store, first)
    with store.read() as connection:
        learned = connection.scalar(select(func.count()).select_from(boilerplate))
    keep(store, NEWS[2], f"{NEWS[2]}, officials said. {FOOTER}")
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(boilerplate)) == learned


def test_one_report_is_found_under_the_footers_of_two_outlets(store: Store) -> None:
    for outlet, frame in (("one", f"{FOOTER} {PAYWALL}"), ("other", f"{PAYWALL} {FOOTER[::-1]}")):
        for title in NEWS[:2]:
            keep(
                store, title, f"{title}, said {outlet}. {frame}", url=f"https://{outlet}.example/{title[:5]}"
            )
    first = keep(
        store, "Rice team begins work", f"{REPORT} {FOOTER} {PAYWALL}", url="https://one.example/rice"
    ).article
    copy = keep(
        store,
        "China and Cambodia widen rice research",
        f"{REPORT} {PAYWALL} {FOOTER[::-1]}",
        url="https://other.example/rice",
    )
    assert copy.duplicate_of == first


def test_a_relevant_report_is_no_copy_of_an_irrelevant_one(store: Store) -> None:
    text = (
        REPORT.replace("China and Cambodia", "The two")
        .replace("Phnom Penh", "the capital")
        .replace("cooperation in ", "")
    )
    hidden = keep(store, "Rice team begins work", text)
    assert not hidden.relevant
    told = keep(store, "China and Cambodia sign rice agreement", text, url="https://other.example/rice")
    assert told.relevant
    assert told.duplicate_of is None
    assert told.new_story


def test_an_irrelevant_report_does_not_take_the_place_of_a_relevant_original(store: Store) -> None:
    text = (
        REPORT.replace("China and Cambodia", "The two")
        .replace("Phnom Penh", "the capital")
        .replace("cooperation in ", "")
    )
    first = keep(store, "China and Cambodia sign rice agreement", text, published=NOON)
    earlier = keep(
        store,
        "Rice team of both begins work",
        text,
        published=later(hours=-3),
        url="https://other.example/rice",
    )
    assert first.relevant
    assert not earlier.relevant
    assert rows(store)[first.article].duplicate_of is None


def test_what_repeats_a_report_older_than_stories_grow_is_a_report_of_its_own(store: Store) -> None:
    old = keep(store, "Rice team begins work", REPORT, published=later(days=-40), first_seen=later(days=-40))
    new = keep(store, "Rice team begins its work", REPORT, published=NOON, url="https://other.example/rice")
    assert new.duplicate_of is None
    assert new.story != old.story
    again = keep(
        store, "Rice team at work", REPORT, published=later(hours=3), url="https://third.example/rice"
    )
    assert again.duplicate_of == new.article


@pytest.fixture
def swallowed(store: Store) -> tuple[int, int]:
    """An original and what was taken for its copy: nearly the same headline above a short text, though two things happened."""
    first = keep(store, "China and Laos sign rice agreement", PAYWALL, url="https://one.example/1")
    copy = keep(store, "China and Laos sign rice agreement again", PAYWALL, url="https://one.example/2")
    assert copy.duplicate_of == first.article
    return first.article, copy.article


def told(store: Store) -> list[int]:
    """The articles that a desk which began at noon has been told of by now."""
    desk = settings({"name": "desk", "to": ["a@example.org"], "when": "instant"})
    with store.write() as connection:
        register(connection, desk, NOON)
    raise_alerts(store, desk, later(hours=1))
    with store.read() as connection:
        return sorted(connection.scalars(select(alerts.c.article_id)))


def test_what_an_operator_frees_is_told_as_the_news_that_it_is(store: Store) -> None:
    first = keep(store, NEWS[0], PAYWALL, url="https://one.example/1")
    copy = keep(store, NEWS[1], PAYWALL, url="https://one.example/2").article
    with store.write() as connection:
        as_before = articles.update().where(articles.c.id == copy)
        connection.execute(
            as_before.values(duplicate_of=first.article, duplicate_why="the same words", story_id=first.story)
        )
    assert told(store) == [first.article]
    with store.write() as connection:
        released = not_a_copy(connection, copy, shipped().rules(), later(hours=1))
    assert released.is_new
    assert told(store) == [first.article, copy]


def test_an_operator_undoes_a_copy_for_good(store: Store, swallowed: tuple[int, int]) -> None:
    first, copy = swallowed
    with store.write() as connection:
        released = not_a_copy(connection, copy, shipped().rules(), later(hours=1))
    assert rows(store)[copy].duplicate_of is None
    assert released.story is not None
    rejudge(store, shipped_judge(), None, later(hours=2), shipped().stories.window)
    assert rows(store)[copy].duplicate_of is None
    earlier = keep(
        store,
        "China and Laos sign rice agreement",
        PAYWALL,
        published=later(hours=-9),
        url="https://one.example/3",
    )
    found = rows(store)
    assert found[copy].duplicate_of is None
    assert found[earlier.article].duplicate_of in (None, first)
    with store.write() as connection, pytest.raises(AseanwatchError, match="is no copy"):
        not_a_copy(connection, copy, shipped().rules(), later(hours=3))


def test_a_copy_that_is_split_off_is_told_as_a_story_of_its_own(
    store: Store, swallowed: tuple[int, int]
) -> None:
    first, copy = swallowed
    assert told(store) == [first]
    with store.write() as connection:
        _, count = split_story(
            connection, rows(store)[copy].story_id, [copy], shipped().rules(), later(hours=1)
        )
    assert count == 1
    assert rows(store)[copy].duplicate_of is None
    assert told(store) == [first, copy]
    rejudge(store, shipped_judge(), None, later(hours=2), shipped().stories.window)
    found = rows(store)
    assert found[copy].duplicate_of is None
    assert found[copy].story_id != found[first].story_id
    with store.write() as connection:
        merge_stories(connection, found[first].story_id, found[copy].story_id, later(hours=3))
    assert rows(store)[copy].duplicate_of is None


def test_judging_again_frees_what_was_taken_for_a_copy_before(store: Store) -> None:
    kept = [keep(store, t, PAYWALL, url=f"https://one.example/{n}").article for n, t in enumerate(NEWS)]
    with store.write() as connection:
        others = articles.update().where(articles.c.id.in_(kept[1:]))
        connection.execute(others.values(duplicate_of=kept[0], duplicate_why="the same words", story_id=1))
    found = rejudge(store, shipped_judge(), None, later(hours=1), shipped().stories.window)
    assert found.released == kept[1:]
    assert len({r.story_id for r in rows(store).values()}) == len(NEWS)
    assert not rejudge(store, shipped_judge(), None, later(hours=2), shipped().stories.window).released


def test_true_copies_stay_copies_when_history_is_judged_again(store: Store) -> None:
    first = keep(store, "Rice team begins work", REPORT, url="https://one.example/1").article
    copy = keep(
        store, "China and Cambodia widen rice research", f"{REPORT} More soon.", url="https://other.example/1"
    )
    named = keep(
        store,
        "Sawah bersama",
        "China dan Kamboja sepakat.",
        url="https://third.example/1",
        original="https://one.example/1",
    )
    assert {copy.duplicate_of, named.duplicate_of} == {first}
    assert not rejudge(store, shipped_judge(), None, later(hours=1), shipped().stories.window).released


def test_pruning_forgets_old_boilerplate(store: Store) -> None:
    for title in NEWS[:2]:
        keep(store, title, f"{title}. {FOOTER}")
    prune(store, NOON + timedelta(days=1), NOON + timedelta(days=2))
    with store.read() as connection:
        assert not connection.scalar(select(func.count()).select_from(boilerplate))


FIELDS = ("rice seeds", "railway freight", "solar power", "vaccines", "durian quarantine", "satellites")


def test_an_archive_that_is_printed_anew_under_dates_of_today_is_old(store: Store) -> None:
    for field in FIELDS:
        title = f"China and Laos agree on {field}"
        keep(store, title, f"{title}. {REPORT}", published=later(days=-90), first_seen=later(days=-90))
    batch = [
        (
            f"China and Laos agree on {field}",
            f"China and Laos agree on {field}. {REPORT}",
            f"https://new.example/{number}",
        )
        for number, field in enumerate(FIELDS)
    ]
    kept = keep_together(store, batch)
    assert seeds(store, kept) == [True] * len(FIELDS)
    few = keep_together(
        store, [(title, text, f"https://third.example/{n}") for n, (title, text, _) in enumerate(batch[:3])]
    )
    assert seeds(store, few) == [False] * 3


def keep_together(store: Store, rows: list[tuple[str, str, str]]) -> list[int]:
    """Store articles of today in one batch; gives their ids."""
    made = [article(title, text, url=url, source="new", published=NOON) for title, text, url in rows]
    judged = [JudgedArticle(one, shipped_judge().classify(one), url_key(one.url)) for one in made]
    with store.write() as connection:
        return [k.article for k in ArticleWriter(shipped().stories.window).write(connection, judged)]


def seeds(store: Store, ids: list[int]) -> list[bool]:
    with store.read() as connection:
        rows = connection.execute(select(articles.c.id, articles.c.seed).where(articles.c.id.in_(ids)))
        return [found for _, found in sorted((r.id, r.seed) for r in rows)]


LONG = (
    "The base will teach 900 farmers of both countries to grow rice with less water, and its seeds were bred over nine years by "
    "scientists of Kunming and Vientiane. The ministers said that three more provinces had asked for one, that the money for it "
    "had been set aside, and that the next harvest would show how much water was saved in the fields beside the river."
)


@pytest.mark.parametrize(
    ("title", "text", "source", "old"),
    [
        ("China and Laos open rice seed base", LONG, "outlet", True),
        ("China and Laos open rice seed base", LONG, "other", False),
        (
            "China and Laos open rice seed base",
            "The rice seed base of China and Laos was opened.",
            "outlet",
            False,
        ),
        ("China and Laos: the week in trade", LONG, "outlet", False),
    ],
    ids=["its own long text", "another outlet's", "a short text", "a text that its headline says nothing of"],
)
def test_a_long_text_that_its_outlet_prints_again_is_as_old_as_it_was(
    store: Store, title: str, text: str, source: str, *, old: bool
) -> None:
    for number, when in enumerate((later(days=-90), NOON)):
        named = "outlet" if number == 0 else source
        one = keep(
            store,
            title,
            text,
            url=f"https://{named}.example/{number}",
            source=named,
            published=when,
            first_seen=when,
        )
    assert seeds(store, [one.article]) == [old]
