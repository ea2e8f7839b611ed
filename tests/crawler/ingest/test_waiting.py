"""What cannot be judged or stored waits with its reason, costs nothing else, and is tried again; every entry is accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from crawler.config.settings import Source
from crawler.ingest.judge_transport import JudgeResult
from crawler.ingest.judging_process import judge_all
from crawler.ingest.messages import PageResult
from crawler.store import Store, StoreError, waiting
from crawler.store.article_writer import ArticleWriter, JudgedArticle, StoredArticle
from crawler.store.articles import Filter, find
from crawler.store.balance import Balance, load_balances, recount, total
from crawler.store.upkeep import prune
from crawler.store.waiting import FIRST_WAIT, LONGEST_WAIT, PendingFilter, Reason, pause
from tests.builders import NOON, later, new_store, settings, shipped_judge
from tests.ingesting import OneProcess, answered, item, resume, rss, settle, settle_all, take

SOURCE = Source.model_validate({"name": "outlet", "url": "https://outlet.example/feed", "pages": "never"})
PAGES = Source.model_validate({"name": "other", "url": "https://other.example/feed", "pages": "always"})
ADHOC = Source.model_construct(
    name="adhoc.example", url="https://adhoc.example/feed", kind="feed", pages="always"
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


class Clock:
    """A clock that tests move."""

    now = NOON

    def __call__(self) -> datetime:
        return self.now


def new_ingestor(store: Store, clock: Clock | None = None) -> OneProcess:
    return OneProcess(settings().model_copy(update={"sources": (SOURCE, PAGES)}), store, clock or Clock())


def feed(*names: str, site: str = "outlet") -> bytes:
    return rss(
        *(
            item(
                f"China and Laos agree on {n}",
                f"https://{site}.example/{n}",
                summary=f"China and Laos met on {n}.",
            )
            for n in names
        )
    )


def waits(store: Store, **wanted: Any) -> list[dict[str, Any]]:
    with store.read() as connection:
        return waiting.listed(connection, PendingFilter(**wanted))


def account(store: Store) -> Balance:
    found = load_balances(store)
    assert all(one.holds for one in found), [one.equation for one in found if not one.holds]
    return total(found)


def titles(store: Store) -> set[str]:
    with store.read() as connection:
        return {row.title for row in find(connection, Filter())}


def failing(what: str) -> Any:
    """A judge that fails for headlines with a word in them."""

    def judge(requests: Sequence[Any]) -> list[JudgeResult]:
        return [
            JudgeResult(None, "it failed") if what in q.article.title else verdict
            for q, verdict in zip(requests, judge_all(shipped_judge(), requests), strict=True)
        ]

    return judge


def take_with(ingestor: OneProcess, body: bytes, read: Any) -> None:
    batch = ingestor.prepare([answered(SOURCE, body, NOON)])
    ingestor.commit(batch, read([r.request for r in batch.requests]))


def test_what_cannot_be_judged_waits_with_its_reason_and_the_others_are_stored(store: Store) -> None:
    ingestor = new_ingestor(store)
    take_with(ingestor, feed("rice", "rail", "tin"), failing("rail"))
    (wait,) = waits(store)
    assert (wait["reason"], wait["message"], wait["tries"]) == (Reason.JUDGING, "it failed", 1)
    assert wait["next_try"] == NOON + FIRST_WAIT
    assert (ingestor.report.articles, [s.kind for s in ingestor.report.stuck]) == (2, ["judging-failed"])
    assert account(store).waiting == {Reason.JUDGING: 1}


def test_what_the_store_cannot_take_costs_its_article_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judge(requests: Sequence[Any]) -> list[JudgeResult]:
        results = judge_all(shipped_judge(), requests)
        return [
            v._replace(reading=v.reading and _unstorable(v.reading)) if "rail" in q.article.title else v
            for q, v in zip(requests, results, strict=True)
        ]

    def _unstorable(reading: Any) -> Any:
        from dataclasses import replace

        return replace(reading, lang=object())  # as another package's judge may

    ingestor = new_ingestor(store)
    take_with(ingestor, feed("rice", "rail", "tin"), judge)
    (wait,) = waits(store)
    assert wait["reason"] == Reason.STORING
    assert "object" in wait["message"] or "bind" in wait["message"]
    assert len(titles(store)) == 2
    assert ingestor.report.stuck[0].message.startswith(
        "https://outlet.example/rail: its article could not be stored"
    )
    resume(new_ingestor(store))
    assert len(titles(store)) == 3
    assert waits(store) == []


@pytest.mark.parametrize("fails", ["judging", "storing"])
def test_a_page_s_article_that_fails_waits_and_its_address_is_asked_for_again(
    store: Store, fails: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    ingestor = new_ingestor(store, clock)
    (order,) = take(ingestor, PAGES, feed("rail", site="other"))[0]
    assert [w["reason"] for w in waits(store)] == [Reason.PAGE]
    one = [PageResult(order, problem="it gave no article")]
    requests = ingestor.page_requests(one)
    if fails == "judging":
        ingestor.commit_pages(one, requests, failing("rail")(requests))
    else:
        with monkeypatch.context() as patch:
            patch.setattr(ArticleWriter, "_write_one", _raise)
            ingestor.commit_pages(one, requests, judge_all(shipped_judge(), requests))
    (wait,) = waits(store)
    assert wait["reason"] == f"{fails}-failed"
    assert resume(ingestor, clock.now) == [], "not before its time"
    clock.now += FIRST_WAIT
    (again,) = resume(ingestor, clock.now)
    assert again.url == order.url
    settle(ingestor, again)
    assert account(store).articles == 1


def _raise(*_: object) -> StoredArticle:
    raise OverflowError("Python int too large to convert to SQLite INTEGER")


def test_each_failure_waits_longer_up_to_half_a_day(store: Store) -> None:
    assert [pause(n) / FIRST_WAIT for n in (1, 2, 3, 4)] == [1, 2, 4, 8]
    assert pause(50) == LONGEST_WAIT
    clock = Clock()
    ingestor = new_ingestor(store, clock)
    take_with(ingestor, feed("rail"), failing("rail"))
    tried: list[Any] = []

    def judge(requests: Sequence[Any]) -> list[JudgeResult]:
        tried.extend(requests)
        return failing("rail")(requests)

    for _ in range(24 * 60):  # a day, looked at each minute
        clock.now += timedelta(minutes=1)
        resume(ingestor, clock.now, judging=judge)
    assert 6 <= len(tried) <= 9
    assert waits(store)[0]["since"] == NOON


def test_where_the_store_takes_nothing_what_came_of_pages_is_found_again(store: Store) -> None:
    ingestor = new_ingestor(store)
    (order,) = take(ingestor, PAGES, feed("rail", site="other"))[0]

    def full(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    event.listen(store.engine, "commit", full)
    with pytest.raises(StoreError, match="full"):
        settle(ingestor, order)
    assert store.last_write_error is not None
    assert "full" in str(store.last_write_error)
    event.remove(store.engine, "commit", full)
    assert len(resume(ingestor)) == 1
    assert store.last_write_error is None


def test_what_nobody_thought_of_waits_too(store: Store) -> None:
    ingestor = new_ingestor(store)
    (order,) = take(ingestor, PAGES, feed("rail", site="other"))[0]
    ingestor.give_up_pages([order], "an error that was not expected; the log says more")
    assert [(w["reason"], w["message"]) for w in waits(store)] == [
        ("judging-failed", "an error that was not expected; the log says more")
    ]
    assert len(resume(ingestor)) == 1


def test_entries_of_a_source_that_is_configured_no_more_are_judged_by_their_own_words(store: Store) -> None:
    take(new_ingestor(store), ADHOC, feed("rail", site="adhoc"))
    assert [w["source"] for w in waits(store)] == ["adhoc.example"]
    assert resume(new_ingestor(store)) == []
    assert titles(store) == {"China and Laos agree on rail"}


def test_dropped_entries_stay_dropped_until_somebody_wants_them(store: Store) -> None:
    ingestor = new_ingestor(store)
    take_with(ingestor, feed("rail", "tin"), failing("China"))
    (rail,) = [w["id"] for w in waits(store) if "rail" in w["title"]]
    with store.write() as connection:
        assert waiting.drop(
            connection, PendingFilter(ids=[rail]), "an operator", "it is an advertisement", later(hours=1)
        ) == [rail]
    take(ingestor, SOURCE, feed("rail", "tin", "rice"))
    resume(ingestor)
    assert {t.rpartition(" ")[2] for t in titles(store)} == {"tin", "rice"}
    assert (account(store).dropped, account(store).seen) == (1, 3)
    with store.read() as connection:
        (record,) = waiting.dropped(connection, PendingFilter())
    assert (record["actor"], record["note"], record["message"]) == (
        "an operator",
        "it is an advertisement",
        "it failed",
    )
    with store.write() as connection:
        assert waiting.retry(connection, PendingFilter(ids=[rail]), later(hours=2)) == [rail]
    assert account(store).waiting == {Reason.QUEUED: 1}
    resume(ingestor)
    assert account(store).dropped == 0


def test_what_waits_is_chosen_by_source_reason_and_age(store: Store) -> None:
    clock = Clock()
    ingestor = new_ingestor(store, clock)
    take_with(ingestor, feed("rail"), failing("rail"))
    clock.now = later(hours=2)
    take(ingestor, PAGES, feed("tin", site="other"))
    assert [w["source"] for w in waits(store, sources=["other"])] == ["other"]
    assert [w["source"] for w in waits(store, reasons=[Reason.JUDGING])] == ["outlet"]
    assert [w["source"] for w in waits(store, before=later(hours=1))] == ["outlet"]


def test_what_is_pruned_is_accounted_for(store: Store) -> None:
    clock = Clock()
    ingestor = new_ingestor(store, clock)
    take(ingestor, SOURCE, feed("rail", "tin"))
    clock.now = later(days=20)
    again = rss(item("China and Laos agree on rail", "https://outlet.example/rail", guid="another"))
    take(ingestor, SOURCE, again)
    prune(store, later(days=10), clock.now)
    whole = account(store)
    assert (whole.seen, whole.pruned, whole.articles) == (3, 3, 0), (
        "one entry is younger than its article, and stays for its identity"
    )
    prune(store, later(days=30), later(days=40))
    assert account(store).pruned == 3


def test_an_entry_that_vanishes_in_any_other_way_shows(store: Store) -> None:
    take(new_ingestor(store), SOURCE, feed("rail", "tin"))
    with store.write() as connection:
        connection.execute(text("DELETE FROM entries WHERE id = 1"))
    (one,) = load_balances(store)
    assert not one.holds
    assert "2 entries seen ≠ 1 led to articles" in one.equation
    with store.write() as connection:
        connection.execute(text("DELETE FROM article_entries"))
    (one,) = load_balances(store)
    assert one.astray == 1


def test_entries_that_an_older_program_added_are_counted_by_command_and_no_loss_is_hidden(
    store: Store,
) -> None:
    take(new_ingestor(store), SOURCE, feed("rail", "tin"))
    with store.write() as connection:
        connection.execute(text("UPDATE entry_tallies SET seen = 1"))
    assert not load_balances(store)[0].holds
    assert recount(store) == 1
    assert account(store).seen == 2
    with store.write() as connection:
        connection.execute(text("DELETE FROM entries WHERE id = 1"))
    assert recount(store) == 0
    assert not load_balances(store)[0].holds


def test_what_since_leaves_aside_is_not_seen_and_comes_with_the_next_crawl(store: Store) -> None:
    old = item(
        "China and Laos agree on rail", "https://outlet.example/rail", at=later(days=-30), summary="They met."
    )
    new = item(
        "China and Laos agree on tin", "https://outlet.example/tin", at=later(hours=-1), summary="They met."
    )
    ingestor = OneProcess(settings(), store, lambda: NOON, since=later(days=-7))
    take(ingestor, SOURCE, rss(old, new))
    assert (ingestor.report.new_entries, ingestor.report.aside, account(store).seen) == (1, 1, 1)
    take(new_ingestor(store), SOURCE, rss(old, new))
    assert account(store).seen == 2


def test_articles_kept_apart_are_those_that_are_kept_together(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that fails makes the others go one by one: their stories and copies come out the same."""
    (tmp_path / "other").mkdir()
    other = new_store(tmp_path / "other")
    names = [f"{a} trade {b}" for a in ("rice", "rail") for b in ("in Vientiane", "in Pakse")]
    take(new_ingestor(store), SOURCE, feed(*names))
    keep = ArticleWriter._write_one

    def but_one(self: ArticleWriter, work: Any, judged: JudgedArticle) -> StoredArticle:
        return _raise() if "poison" in judged.article.title else keep(self, work, judged)

    monkeypatch.setattr(ArticleWriter, "_write_one", but_one)
    take(new_ingestor(other), SOURCE, feed(*names[:2], "poison", *names[2:]))
    with store.read() as one, other.read() as two:
        rows = [
            [(r.title, r.story_id, r.duplicate_of is None) for r in find(c, Filter())] for c in (one, two)
        ]
    assert rows[0] == rows[1]
    assert account(other).waiting == {Reason.STORING: 1}


def test_several_orders_of_which_one_fails_are_stored_but_for_that_one(store: Store) -> None:
    ingestor = new_ingestor(store)
    orders = take(ingestor, PAGES, feed("rail", "tin", "rice", site="other"))[0]
    settled = [PageResult(o, problem="no article") for o in orders]
    requests = ingestor.page_requests(settled)
    ingestor.commit_pages(settled, requests, failing("tin")(requests))
    assert account(store).articles == 2
    settle_all(ingestor, [PageResult(o) for o in resume(new_ingestor(store))])
    assert account(store).articles == 3
