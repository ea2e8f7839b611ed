"""The ingestor: every entry becomes an article once, also after crashes, and a page that never comes is given up."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from crawler.config.settings import Source
from crawler.documents.kinds import Answer, Fetched, reader_of
from crawler.ingest.judge_transport import JudgeResult
from crawler.ingest.messages import PageResult, PollFailure
from crawler.ingest.plan import MAX_NEW
from crawler.model import Document
from crawler.store import Store, StoreError, entries, waiting
from crawler.store.articles import Filter, find
from crawler.store.schema import entries as entries_table
from crawler.store.sources import Validators
from crawler.store.waiting import MAX_TRIES, PendingFilter
from tests.builders import NOON, new_store, settings
from tests.ingesting import OneProcess, answered, item, resume, rss, settle, take, take_all, take_failure

SOURCE = Source.model_validate({"name": "outlet", "url": "https://outlet.example/feed"})
OTHER = Source.model_validate({"name": "other", "url": "https://other.example/feed"})
TITLE = "China and Vietnam widen trade cooperation"
PAGE = Document(
    "https://outlet.example/1",
    TITLE,
    f"{TITLE}. Both sides agreed on it in Hanoi on Tuesday, officials said.",
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def new_ingestor(store: Store) -> OneProcess:
    """An ingestor as a new process has it."""
    return OneProcess(settings().model_copy(update={"sources": (SOURCE, OTHER)}), store, lambda: NOON)


def receive(ingestor: OneProcess, source: Source = SOURCE, **more: str):  # type: ignore[no-untyped-def]
    return take(ingestor, source, rss(item(more.pop("title", TITLE), **more)), validators=Validators("etag"))[
        0
    ]


def titles(store: Store) -> list[str]:
    with store.read() as connection:
        return [row.title for row in find(connection, Filter())]


def test_an_entry_waits_for_its_page_and_becomes_one_article(store: Store) -> None:
    ingestor = new_ingestor(store)
    (order,) = receive(ingestor)
    assert titles(store) == []
    settle(ingestor, order, PAGE)
    assert titles(store) == [TITLE]
    assert receive(ingestor) == []
    assert (ingestor.report.entries, ingestor.report.new_entries, ingestor.report.articles) == (1, 1, 1)


def test_validators_are_kept_with_the_entries(store: Store) -> None:
    receive(new_ingestor(store))
    assert new_ingestor(store).states.of(SOURCE).validators_of(SOURCE.url).etag == "etag"


def test_where_an_answer_cannot_be_stored_it_was_not_seen(store: Store) -> None:
    ingestor = new_ingestor(store)
    receive(ingestor, OTHER, title="Another thing", url="https://other.example/1")

    def full(_: object) -> None:
        event.remove(store.engine, "commit", full)
        raise OperationalError("COMMIT", {}, Exception("database or disk is full"))

    event.listen(store.engine, "commit", full)
    with pytest.raises(StoreError, match="full"):
        receive(ingestor)
    assert ingestor.states.of(SOURCE).validators_of(SOURCE.url).etag is None
    assert ingestor.states.of(SOURCE).state.outcome == ""
    receive(ingestor, OTHER, title="A third thing", url="https://other.example/3")
    fresh = new_ingestor(store).states
    assert fresh.of(SOURCE).validators_of(SOURCE.url).etag is None, (
        "another answer's transaction must not bring it into the store"
    )
    assert fresh.of(OTHER).validators_of(OTHER.url).etag == "etag"
    (order,) = receive(ingestor)
    assert order.url == "https://outlet.example/1"


def test_an_address_that_is_being_fetched_is_not_asked_twice(store: Store) -> None:
    ingestor = new_ingestor(store)
    (order,) = receive(ingestor)
    assert receive(ingestor, OTHER, guid="another") == []
    settle(ingestor, order, PAGE)
    with store.read() as connection:
        assert entries.load_pending(connection) == []
        assert {e.source for _, e in entries.of_article(connection, 1)} == {"outlet", "other"}


@pytest.mark.parametrize("comes", [True, False], ids=["its article is stored", "it could not be judged"])
def test_an_order_that_ends_while_an_answer_is_judged_leaves_no_entry_of_it_waiting(
    store: Store, comes: bool
) -> None:
    ingestor = new_ingestor(store)
    (order,) = receive(ingestor)
    batch = ingestor.prepare([answered(OTHER, rss(item(TITLE, guid="another")), NOON)])
    if comes:
        settle(ingestor, order, PAGE)
    else:
        settled = [PageResult(order, PAGE)]
        ingestor.commit_pages(settled, ingestor.page_requests(settled), [JudgeResult(None, "it failed")])
    ingestor.commit(batch, [])
    assert ingestor.asked.taken_orders() == []
    with store.read() as connection:
        assert {w["reason"] for w in waiting.listed(connection, PendingFilter())} == (
            set() if comes else {"judging-failed"}
        )
    for again in resume(ingestor):
        settle(ingestor, again, PAGE)
    with store.read() as connection:
        assert entries.load_pending(connection) == []
        assert {e.source for _, e in entries.of_article(connection, 1)} == {"outlet", "other"}


def test_what_a_crash_left_is_found_again(store: Store) -> None:
    receive(new_ingestor(store))
    ingestor = new_ingestor(store)
    (order,) = resume(ingestor)
    settle(ingestor, order, PAGE)
    assert titles(store) == [TITLE]
    assert resume(new_ingestor(store)) == []


def test_a_page_that_never_comes_is_given_up_and_the_feed_s_words_do(store: Store) -> None:
    receive(new_ingestor(store))
    for _ in range(MAX_TRIES):
        assert len(resume(new_ingestor(store))) == 1
    assert resume(new_ingestor(store)) == []
    assert titles(store) == [TITLE]


def test_a_page_that_fails_is_on_record_and_the_feed_s_words_do(store: Store) -> None:
    ingestor = new_ingestor(store)
    (order,) = receive(ingestor)
    settle(ingestor, order, None, "the server answers 404 Not Found")
    assert titles(store) == [TITLE]
    assert ingestor.report.page_failures[0].message.endswith("404 Not Found")


def test_what_cannot_matter_needs_no_page(store: Store) -> None:
    words = "The mayor opened a new swimming pool for children near the river on Saturday morning."
    assert receive(new_ingestor(store), title="New pool", summary=words) == []
    assert titles(store) == ["New pool"]


def test_what_could_not_be_judged_is_taken_up_again_and_what_is_under_way_is_left(store: Store) -> None:
    ingestor = new_ingestor(store)
    words = "The mayor opened a new swimming pool for children near the river on Saturday morning."
    pool = item("New pool", "https://outlet.example/pool", summary=words)
    batch = ingestor.prepare([answered(SOURCE, rss(pool), NOON)])
    ingestor.commit(batch, [JudgeResult(None, "it failed")])
    assert ingestor.asked.taken_orders() == []
    assert titles(store) == []
    (under_way,) = receive(ingestor, OTHER, title=TITLE, url="https://other.example/2")
    assert resume(ingestor, but=[under_way]) == []
    assert titles(store) == ["New pool"]
    settle(ingestor, under_way, PAGE)
    assert set(titles(store)) == {"New pool", TITLE}


def test_an_address_that_was_only_guessed_to_hold_older_entries_is_no_failure_of_its_source(
    store: Store,
) -> None:
    ingestor = new_ingestor(store)
    receive(ingestor)
    not_found = PollFailure("status", "the server answers 404 Not Found")
    take_failure(ingestor, SOURCE, not_found, url=f"{SOURCE.url}?paged=2", gap=1)
    assert (ingestor.report.ok, ingestor.report.failures) == (1, [])
    told = [n.message for n in ingestor.report.notes]
    assert told == [f"no older entries at {SOURCE.url}?paged=2: the server answers 404 Not Found"]
    take_failure(ingestor, OTHER, not_found)
    assert [f.source for f in ingestor.report.failures] == ["other"]


def test_a_sitemap_that_fails_at_first_is_asked_for_again_though_its_index_is_unchanged(store: Store) -> None:
    source = Source.model_validate(
        {"name": "maps", "url": "https://maps.example/index.xml", "kind": "sitemap"}
    )
    child = "https://maps.example/news.xml"
    index = f"<sitemapindex><sitemap><loc>{child}</loc></sitemap></sitemapindex>".encode()
    assert take(new_ingestor(store), source, index)[1][0].children == (child,)
    ingestor = new_ingestor(store)
    take_failure(ingestor, source, PollFailure("http", "the server answers 500"), url=child)
    assert take(ingestor, source, index)[1][0].children == (), "it is unchanged, so that it names nothing"
    assert child in ingestor.states.of(source).children
    assert child in new_ingestor(store).states.of(source).children


def test_an_answer_with_more_entries_than_are_taken_at_once_is_parsed_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source.model_validate(
        {"name": "maps", "url": "https://maps.example/news.xml", "kind": "sitemap", "pages": "never"}
    )
    parsed: list[Answer] = []

    def counting(answer: Answer, source: Source) -> Fetched:
        parsed.append(answer)
        return plain(answer, source)

    plain = reader_of("sitemap")
    monkeypatch.setattr("crawler.documents.kinds.reader_of", lambda _: counting)
    addresses = [f"https://maps.example/{n}" for n in range(MAX_NEW * 4 + 1)]
    body = "<urlset>" + "".join(f"<url><loc>{a}</loc></url>" for a in addresses) + "</urlset>"
    ingestor = new_ingestor(store)
    _, (follow_up,) = take(ingestor, source, body.encode())
    submitted = 1
    while follow_up.rest is not None:
        _, (follow_up,) = take_all(ingestor, [follow_up.rest])
        submitted += 1
    assert (len(parsed), submitted) == (1, 5)
    with store.read() as connection:
        stored = list(connection.scalars(select(entries_table.c.url).order_by(entries_table.c.id)))
    assert stored == addresses
    take(new_ingestor(store), source, body.encode())
    assert len(parsed) == 1, "nor when it is the same the next time"
