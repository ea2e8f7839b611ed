"""The second reader: asked about doubtful bases alone, heard within the operator's limits, and waited for only while it answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from alerts.analysis.why import trail
from alerts.assist.second_reader import CandidateQuestion, act_on, questions
from alerts.selection.raise_alerts import raise_alerts
from alerts.subscriptions.subscriptions import register
from crawler.analysis.rejudge import rejudge
from crawler.config.assist_settings import AssistSettings
from crawler.config.settings import Settings, Source
from crawler.judging.judge import Judge
from crawler.parsing.urls import url_key
from crawler.store import Store, bases
from crawler.store.article_writer import ArticleWriter, JudgedArticle
from crawler.store.articles import topics_of
from crawler.store.assist import FAILED, GIVEN, SentRequest, StoredAnswer, record
from crawler.store.assist import keep as keep_answers
from crawler.store.schema import alerts, articles, base_articles, base_candidates
from crawler.store.schema import bases as table_of_bases
from tests.builders import NOON, article, keep, new_store, settings, shipped_judge

LEFT_OUT = (
    "China-Cambodia vocational centre readies for opening",
    "Workers are putting the last touches on the China-Cambodia vocational centre in Phnom Penh ahead of its opening next month.",
)
"""The rules are not sure, and take it for none."""
TAKEN = (
    "Nanning to host China-ASEAN durian trading centre",
    "Nanning is to host a China-ASEAN durian trading centre, a city official told a forum.",
)
"""The rules are not sure, and take it for a new base."""
SURE = (
    "China-ASEAN durian trading centre launched in Nanning",
    "China and ASEAN officially launched the China-ASEAN durian trading centre in Nanning on Friday.",
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def desk(store: Store, second_reader: str = "agree", *, assist: bool = True, **more: Any) -> Settings:
    """Settings with one subscription to new bases."""
    one = {"name": "desk", "channel": "folder", "when": "instant", "topics": ["demonstration_base"]}
    made = settings(one, channels={"folder": {"type": "folder", "path": "mail"}})
    reader = AssistSettings.model_validate({"kind": "openai", "second_reader": second_reader, **more})
    source = Source(name="outlet", url="https://outlet.example/feed", assist=assist)
    made = made.model_copy(update={"assist": reader, "sources": (source,)})
    with store.write() as connection:
        register(connection, made, NOON - timedelta(days=1))
    return made


def reported(store: Store, story: tuple[str, str], seen: datetime = NOON) -> int:
    return keep(store, *story, source="outlet", first_seen=seen, published=seen).article


def asked(store: Store, made: Settings, now: datetime = NOON) -> list[CandidateQuestion]:
    with store.read() as connection:
        return questions(connection, made, now)


def answer(
    store: Store, made: Settings, question: CandidateQuestion, verdict: str, now: datetime = NOON
) -> bool:
    """Have the second reader say something, as the duty does."""
    quote = question.request.clause
    said = {
        "verdict": verdict, "name": "", "places": [], "stage": "", "quote": quote, "article": question.candidate.article,
    }  # fmt: skip
    found = StoredAnswer(
        question.candidate.question, "check", "en", GIVEN, said, "openai", "reader-8b", now,
        story=question.story, base=question.base,
    )  # fmt: skip
    with store.write() as connection:
        keep_answers(connection, [found])
        return act_on(connection, made, shipped_judge, question, found, now)


def requested(store: Store, outcome: str, now: datetime = NOON) -> None:
    with store.write() as connection:
        record(
            connection,
            SentRequest(
                now, "check", "openai", "127.0.0.1", "reader-8b", "en", (1,), ("outlet",), 1, 1, 1, 0.0, 0.1, outcome
            ),
        )  # fmt: skip


def told(store: Store) -> list[str]:
    with store.read() as connection:
        return [r.kind for r in connection.execute(alerts.select().order_by(alerts.c.id))]


def silence(store: Store, made: Settings, article: int) -> str:
    with store.read() as connection:
        return str(trail(connection, made, None, article, None)["subscriptions"][0]["silence"])


def test_it_is_asked_about_what_the_rules_are_not_sure_of_alone(store: Store) -> None:
    made = desk(store)
    doubtful = {reported(store, LEFT_OUT), reported(store, TAKEN, NOON + timedelta(minutes=1))}
    reported(store, ("China and Laos sign rail deal", "China and Laos signed an agreement on rail."))
    reported(store, ("China-Thailand data base opens", "The China-Thailand Data Base was officially opened in Rayong by both."))  # fmt: skip
    found = asked(store, made)
    assert {q.candidate.article for q in found} == doubtful
    for question in found:
        own = question.request.reports[0]
        assert question.request.number == own.number == 1
        assert question.request.clause in f"{own.title}\n{own.text}"


@pytest.mark.parametrize(
    ("more", "now"),
    [
        ({"second_reader": "off"}, NOON),
        ({"kind": ""}, NOON),
        ({"assist": False}, NOON),
        ({"doubtful": [0.5, 0.7]}, NOON),
        ({}, NOON + timedelta(days=4)),
    ],
    ids=["off", "no assistant", "source forbids", "outside the limits", "too old"],
)
def test_nothing_is_asked(store: Store, more: dict[str, Any], now: datetime) -> None:
    made = desk(store, **more)
    reported(store, LEFT_OUT)
    assert asked(store, made, now) == []


def test_its_yes_brings_an_alert_of_what_the_rules_left_out_once(store: Store) -> None:
    made = desk(store)
    reported(store, LEFT_OUT)
    assert raise_alerts(store, made, NOON) == 0
    (question,) = asked(store, made)
    assert answer(store, made, question, "yes", NOON + timedelta(seconds=30))
    assert raise_alerts(store, made, NOON + timedelta(minutes=1)) == 1
    assert raise_alerts(store, made, NOON + timedelta(minutes=2)) == 0
    assert told(store) == ["new_base"]
    assert asked(store, made) == []
    rejudge(store, shipped_judge(), None, NOON + timedelta(hours=1), timedelta(days=4))
    with store.read() as connection:
        (base,) = bases.find(connection)
    assert base["name"] == "China-Cambodia vocational centre"
    assert raise_alerts(store, made, NOON + timedelta(hours=2)) == 0


@pytest.fixture(scope="module")
def heeding() -> Judge:
    """The judge of a service whose second reader may decide."""
    return Judge(replace(shipped_judge().rules, second_reader=True))


def kept_of(store: Store, article: int) -> tuple[list[str], list[str], frozenset[str]]:
    """What is stored of an article: its topics, the bases that it proves, and by what it is compared."""
    with store.read() as connection:
        topics = [t["name"] for t in topics_of(connection, [article]).get(article, ())]
        proofs = base_articles.join(table_of_bases, table_of_bases.c.id == base_articles.c.base_id)
        proved = select(table_of_bases.c.key).select_from(proofs).where(base_articles.c.article_id == article)
        features: list[str] = connection.scalars(select(articles.c.features).where(articles.c.id == article)).one()  # fmt: skip
        return sorted(topics), sorted(connection.scalars(proved)), frozenset(features)


@pytest.mark.parametrize(
    "how",
    ["edited", "an earlier copy", "judged again", pytest.param("edited without a second reader", marks=pytest.mark.long)],
)  # fmt: skip
def test_what_a_yes_brought_in_stays_whole_while_its_clause_stands(
    store: Store, heeding: Judge, how: str
) -> None:
    made = desk(store)
    number = reported(store, LEFT_OUT)
    (question,) = asked(store, made)
    assert answer(store, made, question, "yes")
    before = kept_of(store, number)
    assert "demonstration_base" in before[0] and before[1]
    assert raise_alerts(store, made, NOON) == 1
    title, text = LEFT_OUT
    judge = shipped_judge() if how == "edited without a second reader" else heeding
    writer = ArticleWriter(made.stories.window)
    with store.write() as connection:
        if how.startswith("edited"):
            again = article(
                title, f"{text} Some 400 people will learn there.", first_seen=NOON, published=NOON
            )
            assert writer.revise(connection, number, again, judge.classify(again), NOON)
        elif how == "an earlier copy":
            again = article(title, text, url="https://other.example/1", source="other", first_seen=NOON, published=NOON - timedelta(hours=2))  # fmt: skip
            (stored,) = writer.write(
                connection, [JudgedArticle(again, judge.classify(again), url_key(again.url))]
            )
            assert stored.displaced == number
            number = stored.article
    if how == "judged again":
        rejudge(store, judge, None, NOON + timedelta(hours=1), timedelta(days=4))
    after = kept_of(store, number)
    assert after[1] == before[1]
    assert how == "edited without a second reader" or (after[0], after[2] >= before[2]) == (before[0], True)
    assert raise_alerts(store, made, NOON + timedelta(hours=1)) == 0
    assert asked(store, made) == []


def test_a_yes_counts_for_the_clause_that_it_was_said_of_alone(store: Store, heeding: Judge) -> None:
    made = desk(store)
    number = reported(store, LEFT_OUT)
    (question,) = asked(store, made)
    assert answer(store, made, question, "yes")
    # As if the rules had found another clause when it was said.
    with store.write() as connection:
        connection.execute(base_candidates.update().values(question="that of another clause"))
    rejudge(store, heeding, None, NOON + timedelta(hours=1), timedelta(days=4))
    topics, proved, _ = kept_of(store, number)
    assert "demonstration_base" not in topics and proved == []


@pytest.mark.parametrize("verdict", ["no", "unsure"])
def test_nothing_else_brings_one(store: Store, verdict: str) -> None:
    made = desk(store)
    reported(store, LEFT_OUT)
    (question,) = asked(store, made)
    assert not answer(store, made, question, verdict)
    assert raise_alerts(store, made, NOON) == 0


def test_its_no_holds_an_alert_back_and_why_says_so_until_a_report_leaves_no_doubt(store: Store) -> None:
    made = desk(store)
    article = reported(store, TAKEN)
    (question,) = asked(store, made)
    assert question.base is not None
    answer(store, made, question, "no")
    assert raise_alerts(store, made, NOON) == 0
    assert silence(store, made, article) == (
        f"its base {question.base} is doubtful (the rules are sure of it to 79 %), and the second reader reader-8b says that it is"
        f" none: “{question.request.clause}”"
    )
    reported(store, SURE, NOON + timedelta(hours=1))
    assert raise_alerts(store, made, NOON + timedelta(hours=1)) == 1
    assert told(store) == ["new_base"]


@pytest.mark.parametrize("verdict", ["yes", "unsure"])
def test_another_opinion_holds_nothing_back(store: Store, verdict: str) -> None:
    made = desk(store)
    reported(store, TAKEN)
    (question,) = asked(store, made)
    answer(store, made, question, verdict)
    assert raise_alerts(store, made, NOON) == 1


def test_who_only_advises_changes_nothing(store: Store) -> None:
    made = desk(store, "advise")
    reported(store, TAKEN)
    reported(store, LEFT_OUT, NOON + timedelta(minutes=1))
    for question in asked(store, made):
        assert not answer(store, made, question, "no" if question.candidate.taken else "yes")
    assert raise_alerts(store, made, NOON + timedelta(minutes=2)) == 1


def test_a_doubtful_alert_waits_for_an_opinion_and_no_longer_than_patience(store: Store) -> None:
    made = desk(store, patience="20s")
    requested(store, GIVEN)
    article = reported(store, TAKEN)
    sure = reported(store, ("China-Laos Potash Research Centre opens in Thakhek", "China and Laos opened the China-Laos Potash Research Centre in Thakhek on Friday."))  # fmt: skip
    assert raise_alerts(store, made, NOON + timedelta(seconds=1)) == 1, "what is sure does not wait"
    assert sure and raise_alerts(store, made, NOON + timedelta(seconds=19)) == 0
    with store.read() as connection:
        said = trail(connection, made, None, article, None)["subscriptions"][0]["silence"]
    assert said is not None
    assert raise_alerts(store, made, NOON + timedelta(seconds=20)) == 1
    assert raise_alerts(store, made, NOON + timedelta(seconds=40)) == 0


def test_an_opinion_that_comes_in_time_ends_the_wait(store: Store) -> None:
    made = desk(store, patience="20s")
    requested(store, GIVEN)
    reported(store, TAKEN)
    assert raise_alerts(store, made, NOON + timedelta(seconds=1)) == 0
    (question,) = asked(store, made)
    answer(store, made, question, "yes", NOON + timedelta(seconds=5))
    assert raise_alerts(store, made, NOON + timedelta(seconds=6)) == 1


@pytest.mark.parametrize("outcome", [FAILED, None])
def test_nothing_waits_for_a_second_reader_that_does_not_answer(store: Store, outcome: str | None) -> None:
    made = desk(store, patience="20s")
    if outcome is not None:
        requested(store, GIVEN)
        requested(store, outcome)
    reported(store, TAKEN)
    assert raise_alerts(store, made, NOON) == 1


def test_what_waits_is_told_when_the_second_reader_is_switched_off(store: Store) -> None:
    made = desk(store, patience="20s")
    requested(store, GIVEN)
    reported(store, TAKEN)
    assert raise_alerts(store, made, NOON + timedelta(seconds=1)) == 0
    assert raise_alerts(store, desk(store, "off"), NOON + timedelta(seconds=2)) == 1


def test_an_opinion_on_a_source_that_forbids_it_by_now_counts_for_nothing(store: Store) -> None:
    made = desk(store)
    number = reported(store, TAKEN)
    answer(store, made, asked(store, made)[0], "no")
    with store.read() as connection:
        said = str(trail(connection, made, None, number, None))
    assert "second reader" in said
    now_forbidden = desk(store, assist=False)
    with store.read() as connection:
        assert "says that it is none" not in str(trail(connection, now_forbidden, None, number, None))
    assert raise_alerts(store, now_forbidden, NOON + timedelta(minutes=1)) == 1, "the rules decide alone"
