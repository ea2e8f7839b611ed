"""A topic with only_relevant: false is told to the end: story, alert, digest, why, and what was stored before."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from alerts.analysis.backtest import compare_alerts
from alerts.analysis.why import trail
from alerts.delivery.dispatch import dispatch
from alerts.subscriptions.subscriptions import register
from crawler.analysis.backtest import trials_of
from crawler.analysis.history import past_articles
from crawler.analysis.rejudge import rejudge
from crawler.config.settings import Settings, TopicSetting
from crawler.judging.judge import Judge
from crawler.parsing.urls import url_key
from crawler.store import Store
from crawler.store.article_writer import ArticleWriter, JudgedArticle, StoredArticle
from crawler.store.articles import Filter, find
from tests.builders import NOON, article, later, new_store, settings

SCAM = 'title:("scam centre", "scam compound") AND (raid OR dismantle OR crackdown)'
ONE = "Chinese and Cambodian police raid scam centre in Bavet, arrest 93"
TWO = "Cambodia: Bavet scam centre dismantled in raid with China, 93 arrested"
FAR = "Thai police crackdown on scam compound in Pattaya"


SAID = {
    ONE: "Officers from both countries found 400 mobile phones on Monday and questioned suspects on online fraud.",
    TWO: "A building on the edge of the border town was searched at dawn, said the national police, who seized computers.",
    FAR: "Four foreigners were detained near the beach after neighbours had complained of noise; fraud is suspected.",
}


def own(when: str = "instant", **more: Any) -> Settings:
    """Settings of one desk that hears of scam centres."""
    topic = TopicSetting(title="Scam centres", query=SCAM, only_relevant=False)
    made = settings({"name": "desk", "channel": "inbox", "when": when, "topics": ["scam_centres"], **more})
    channels = {"inbox": {"type": "folder", "path": more.get("path", "unused")}}
    delivery = made.delivery.model_validate({**made.delivery.model_dump(by_alias=True), "channels": channels})
    return made.model_copy(update={"topics": {**made.topics, "scam_centres": topic}, "delivery": delivery})


def arrive(store: Store, judge: Judge, title: str, minutes: float = 1) -> StoredArticle:
    text = f"{title}. {SAID[title]}"
    one = article(
        title, text, url=f"https://o.example/{crc32(title.encode())}", first_seen=later(minutes=minutes)
    )
    with store.write() as connection:
        return ArticleWriter(timedelta(days=5)).write(
            connection, [JudgedArticle(one, judge.classify(one), url_key(one.url))]
        )[0]


@pytest.fixture
def store(tmp_path: Path) -> Any:
    made = new_store(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("when", ["instant", "daily 07:30"])
def test_an_article_that_is_not_relevant_is_told_by_such_a_topic(
    store: Store, tmp_path: Path, when: str
) -> None:
    made = own(when, countries=["KH"])
    made = made.model_copy(update={"delivery": own_folder(made, tmp_path)})
    judge = Judge(made.rules())
    assert not judge.classify(article(ONE, f"{ONE}.")).relevance.relevant, "crime speaks against it"
    with store.write() as connection:
        register(connection, made, NOON)
    first, second, far = (arrive(store, judge, t, m) for t, m in ((ONE, 1), (TWO, 2), (FAR, 3)))
    assert first.story == second.story != far.story
    assert not first.relevant
    done = dispatch(store, made, later(days=1, minutes=5))
    assert (done.alerts, done.digests, done.sent) == (1, 1, 1), (
        "the one in Thailand names no country that was asked for"
    )
    (told,) = [p for p in (tmp_path / "inbox").rglob("*.html")]
    assert "Bavet" in told.read_text(encoding="utf-8")
    with store.read() as connection:
        found = trail(connection, made, None, far.article, None)
    assert "it names TH" in found["subscriptions"][0]["silence"]


def own_folder(made: Settings, folder: Path) -> Any:
    channels = {"inbox": {"type": "folder", "path": str(folder / "inbox")}}
    return made.delivery.model_validate({"from": made.delivery.sender, "channels": channels})


def test_what_was_stored_before_is_found_by_a_backtest_and_by_judging_again(store: Store) -> None:
    new = own()
    old = new.model_copy(update={"topics": {n: t for n, t in new.topics.items() if n != "scam_centres"}})
    before = Judge(old.rules())
    kept = [arrive(store, before, title, minute) for minute, title in enumerate((ONE, TWO), 1)]
    assert [k.story for k in kept] == [None, None]
    with store.read() as connection:
        trials = list(trials_of(past_articles(connection), before, Judge(new.rules())))
    assert compare_alerts(trials, old, new).after == 2, "without stories each is an event of its own"
    done = rejudge(store, Judge(new.rules()), None, later(days=1), timedelta(days=5))
    assert (done.gained, len(done.topics)) == ([], 2)
    with store.read() as connection:
        placed = {row.story_id for row in find(connection, Filter(topic="scam_centres"))}
    assert len(placed) == 1 and None not in placed
    again = rejudge(store, before, None, later(days=2), timedelta(days=5))
    assert len(again.topics) == 2
    with store.read() as connection:
        assert {row.story_id for row in find(connection, Filter())} == {None}


def test_pages_are_fetched_of_what_has_a_term_of_such_a_topic() -> None:
    judge = Judge(own().rules())
    short = "Officers went into a building in the town of Poipet on Monday and took away many computers for evidence."
    assert judge.classify_without_page(article("Scam compound raided", short)) is None
    assert judge.classify_without_page(article("Football season begins", short)) is not None


def test_without_such_a_topic_nothing_changes() -> None:
    reading = Judge(settings().rules()).classify(article(ONE, f"{ONE}."))
    assert not reading.is_news and not reading.countries and not reading.anchors.features
