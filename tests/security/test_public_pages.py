"""Public pages are cheap to serve, and show nothing but our own words."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import insert, select

from crawler.commands.context import open_store
from crawler.config import load
from crawler.store import Store
from crawler.store.schema import article_topics, articles, stories
from tests.builders import keep
from tests.security.conftest import configured
from tests.security.service import Service, running
from tests.security.visitor import Visitor

TOPIC = "demonstration_base"
PUBLIC = {"public_url": "http://127.0.0.1", "from": "watch@example.org", "signup": True}


def fill(store: Store, count: int, characters: int) -> None:
    """Long reports of one topic, each a story of its own."""
    kept = keep(store, "China and Laos open a demonstration base in Vientiane")
    with store.write() as connection:
        row = dict(connection.execute(select(articles).where(articles.c.id == kept.article)).one()._mapping)
        story = dict(
            connection.execute(select(stories).where(stories.c.id == row["story_id"])).one()._mapping
        )
        for n in range(1, count):
            connection.execute(insert(stories), [{**story, "id": story["id"] + n}])
            own = {
                "id": row["id"] + n,
                "story_id": story["id"] + n,
                "url": f"https://a.example/{n}",
                "url_key": f"a.example/{n}",
            }
            connection.execute(
                insert(articles), [{**row, **own, "text": f"Report {n}. " + "x " * (characters // 2)}]
            )
            connection.execute(
                insert(article_topics),
                [{"article_id": row["id"] + n, "topic": TOPIC, "score": 1.0, "evidence": []}],
            )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder: Path = configured(tmp_path_factory.mktemp("public"), delivery=PUBLIC)
    store = open_store(load(folder / "config.yaml"))
    fill(store, 400, 50_000)
    store.close()
    with running(folder) as made:
        yield made


def test_sixty_readers_of_a_topic_at_once_take_no_memory_to_speak_of(place: Service) -> None:
    def read(form: str) -> bytes:
        with urllib.request.urlopen(f"{place.url}/feeds/topics/{TOPIC}.{form}", timeout=60) as answer:
            found: bytes = answer.read()
            return found

    assert read("atom").count(b"<entry") == 50
    before = place.memory()
    with ThreadPoolExecutor(60) as pool:
        assert all(b"Report" in text for text in pool.map(read, ["atom", "json"] * 30))
    assert place.memory() - before < 60_000_000


@pytest.mark.parametrize("field", ["timezone", "at", "rhythm", "topics", "quiet", "languages", "most"])
def test_the_form_to_sign_up_repeats_nothing_of_what_it_does_not_offer(place: Service, field: str) -> None:
    said = "call 0800 123 to win"
    answer = Visitor(place.url).ask(
        "/subscribe", "POST", urlencode({"address": "ana@example.org", field: said})
    )
    assert answer.status in (422, 429)
    assert said not in answer.text.partition("<form")[0]
    assert "reader-" not in answer.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_s_page_cannot_fill_it_in(place: Service, site: str) -> None:
    answer = Visitor(place.url).ask(
        "/subscribe", "POST", urlencode({"address": "ana@example.org"}), Sec_Fetch_Site=site
    )
    assert answer.status == 403
    assert "ana@example.org" not in answer.text
