"""The intake: every entry becomes an article once, also after crashes, and a page that never comes is given up."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from crawler.config.settings import Source
from crawler.documents.kinds import Answer
from crawler.ingest.ingestor import Intake
from crawler.ingest.judges import Verdict
from crawler.ingest.messages import Poll, Settled
from crawler.model import Document
from crawler.store import Store, StoreError, entries, waiting
from crawler.store.articles import Filter, find
from crawler.store.sources import Validators
from crawler.store.waiting import MOST_TRIES, Wanted
from tests.builders import NOON, new_store, settings
from tests.ingesting import item, resume, rss, settle, take

SOURCE = Source.model_validate({"name": "outlet", "url": "https://outlet.example/feed"})
OTHER = Source.model_validate({"name": "other", "url": "https://other.example/feed"})
TITLE = "China and Vietnam widen trade cooperation"
PAGE = Document("https://outlet.example/1", TITLE, f"{TITLE}. Both sides agreed on it in Hanoi on Tuesday, officials said.")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def intake(store: Store) -> Intake:
    """An intake as a new process has it."""
    return Intake(settings(), store, lambda: NOON)


def receive(desk: Intake, source: Source = SOURCE, **more: str):  # type: ignore[no-untyped-def]
    return take(desk, source, rss(item(more.pop("title", TITLE), **more)), validators=Validators("etag"))[0]


def titles(store: Store) -> list[str]:
    with store.reading() as connection:
        return [row.title for row in find(connection, Filter())]


def test_an_entry_waits_for_its_page_and_becomes_one_article(store: Store) -> None:
    desk = intake(store)
    (order,) = receive(desk)
    assert titles(store) == []
    settle(desk, order, PAGE)
    assert titles(store) == [TITLE]
    assert receive(desk) == []
    assert (desk.report.entries, desk.report.new_entries, desk.report.articles) == (1, 1, 1)


def test_validators_are_kept_with_the_entries(store: Store) -> None:
    receive(intake(store))
    assert intake(store).watch.validators(SOURCE, SOURCE.url).etag == "etag"


def test_where_an_answer_cannot_be_stored_it_was_not_seen(store: Store) -> None:
    desk = intake(store)
    receive(desk, OTHER, title="Another thing", url="https://other.example/1")

    def full(_: object) -> None:
        event.remove(store.engine, "commit", full)
        raise OperationalError("COMMIT", {}, Exception("database or disk is full"))

    event.listen(store.engine, "commit", full)
    with pytest.raises(StoreError, match="full"):
        receive(desk)
    assert desk.watch.validators(SOURCE, SOURCE.url).etag is None
    assert desk.watch.state(SOURCE.name).outcome == ""
    receive(desk, OTHER, title="A third thing", url="https://other.example/3")
    fresh = intake(store).watch
    assert fresh.validators(SOURCE, SOURCE.url).etag is None, "another answer's transaction must not bring it into the store"
    assert fresh.validators(OTHER, OTHER.url).etag == "etag"
    (order,) = receive(desk)
    assert order.url == "https://outlet.example/1"


def test_an_address_that_is_being_fetched_is_not_asked_twice(store: Store) -> None:
    desk = intake(store)
    (order,) = receive(desk)
    assert receive(desk, OTHER, guid="another") == []
    settle(desk, order, PAGE)
    with store.reading() as connection:
        assert entries.load_pending(connection) == []
        assert {e.source for _, e in entries.of_article(connection, 1)} == {"outlet", "other"}


@pytest.mark.parametrize("comes", [True, False], ids=["its article is stored", "it could not be judged"])
def test_an_order_that_ends_while_an_answer_is_judged_leaves_no_entry_of_it_waiting(store: Store, comes: bool) -> None:
    desk = intake(store)
    (order,) = receive(desk)
    batch = desk.open([Poll(OTHER, OTHER.url, NOON, Answer(OTHER.url, rss(item(TITLE, guid="another")), "", NOON))])
    if comes:
        settle(desk, order, PAGE)
    else:
        settled = [Settled(order, PAGE)]
        desk.settle(settled, desk.to_judge(settled), [Verdict(None, "it failed")])
    assert desk.close(batch, [])[0] == []
    with store.reading() as connection:
        assert {w["reason"] for w in waiting.listed(connection, Wanted())} == (set() if comes else {"judging-failed"})
    for again in resume(desk, [SOURCE, OTHER]):
        settle(desk, again, PAGE)
    with store.reading() as connection:
        assert entries.load_pending(connection) == []
        assert {e.source for _, e in entries.of_article(connection, 1)} == {"outlet", "other"}


def test_what_a_crash_left_is_found_again(store: Store) -> None:
    receive(intake(store))
    desk = intake(store)
    (order,) = resume(desk, [SOURCE])
    settle(desk, order, PAGE)
    assert titles(store) == [TITLE]
    assert resume(intake(store), [SOURCE]) == []


def test_a_page_that_never_comes_is_given_up_and_the_feed_s_words_do(store: Store) -> None:
    receive(intake(store))
    for _ in range(MOST_TRIES):
        assert len(resume(intake(store), [SOURCE])) == 1
    assert resume(intake(store), [SOURCE]) == []
    assert titles(store) == [TITLE]


def test_a_page_that_fails_is_on_record_and_the_feed_s_words_do(store: Store) -> None:
    desk = intake(store)
    (order,) = receive(desk)
    settle(desk, order, None, "the server answers 404 Not Found")
    assert titles(store) == [TITLE]
    assert desk.report.page_failures[0].message.endswith("404 Not Found")


def test_what_cannot_matter_needs_no_page(store: Store) -> None:
    words = "The mayor opened a new swimming pool for children near the river on Saturday morning."
    assert receive(intake(store), title="New pool", summary=words) == []
    assert titles(store) == ["New pool"]


def test_what_could_not_be_judged_is_taken_up_again_and_what_is_under_way_is_left(store: Store) -> None:
    desk = intake(store)
    words = "The mayor opened a new swimming pool for children near the river on Saturday morning."
    batch = desk.open([Poll(SOURCE, SOURCE.url, NOON, Answer(SOURCE.url, rss(item("New pool", summary=words)), "", NOON))])
    assert desk.close(batch, [Verdict(None, "it failed")])[0] == []
    assert titles(store) == []
    (under_way,) = receive(desk, OTHER, title=TITLE, url="https://other.example/2")
    (again,) = resume(desk, [SOURCE, OTHER])
    assert (again.entry.title, under_way.entry.title) == ("New pool", TITLE)
    assert resume(desk, [SOURCE, OTHER]) == []


def test_an_address_that_was_only_guessed_to_hold_older_entries_is_no_failure_of_its_source(store: Store) -> None:
    desk = intake(store)
    receive(desk)
    take(desk, SOURCE, url=f"{SOURCE.url}?paged=2", gap=1, problem=("status", "the server answers 404 Not Found"))
    assert (desk.report.ok, desk.report.failures) == (1, [])
    told = [n.message for n in desk.report.notes]
    assert told == [f"no older entries at {SOURCE.url}?paged=2: the server answers 404 Not Found"]
    take(desk, OTHER, problem=("status", "the server answers 404 Not Found"))
    assert [f.source for f in desk.report.failures] == ["other"]


def test_a_sitemap_that_fails_at_first_is_asked_for_again_though_its_index_is_unchanged(store: Store) -> None:
    source = Source.model_validate({"name": "maps", "url": "https://maps.example/index.xml", "kind": "sitemap"})
    child = "https://maps.example/news.xml"
    index = f"<sitemapindex><sitemap><loc>{child}</loc></sitemap></sitemapindex>".encode()
    assert take(intake(store), source, index)[1][0].children == (child,)
    desk = intake(store)
    take(desk, source, url=child, problem=("http", "the server answers 500"))
    assert take(desk, source, index)[1][0].children == (), "it is unchanged, so that it names nothing"
    assert child in desk.watch.addresses(source)
    assert child in intake(store).watch.addresses(source)
