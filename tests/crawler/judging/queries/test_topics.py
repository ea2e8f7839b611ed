"""What a topic's score is made of, and that a relevant article always has a topic."""

from __future__ import annotations

import pytest

from crawler.judging.judge import Judge, Rules
from crawler.model import TermSet, Topic
from tests.builders import TERMS, article, shipped_judge

RAIN = " ".join(["Rain fell on both banks of the river and on the fields behind them."] * 9)
COOPERATION = "China and Malaysia signed a cooperation agreement."


def judge(*topics: Topic) -> Judge:
    return Judge(Rules({name: TermSet(name, spellings) for name, spellings in TERMS.items()}, topics))


def topic(name: str, query: str, threshold: float = 0.0, *, if_best: bool = False) -> Topic:
    return Topic(name, query, threshold=threshold, if_best=if_best)


def score(title: str, text: str) -> float:
    (outcome,) = (
        judge(Topic("rice", "rice OR corn", only_relevant=False)).explain(article(title, text)).outcomes
    )
    return outcome.score


def test_headline_and_lead_count_more_than_what_comes_later() -> None:
    assert score("Rice", RAIN) > score("News", "Rice. " + RAIN) > score("News", RAIN + " Rice.") > 0


def test_repeats_count_ever_less() -> None:
    once, twice, thrice = (score("News", "Rice grew. " * n + RAIN) for n in (1, 2, 3))
    assert twice - once > thrice - twice > 0
    assert score("News", "Rice grew. " * 50 + RAIN) < score("News", "Rice grew. Corn grew. " + RAIN)


def test_a_long_text_must_speak_of_a_topic_more_than_a_short_one() -> None:
    assert score("News", "Rice grew.") > score("News", "Rice grew. " + RAIN)


def test_the_best_topic_matches_where_no_topic_does() -> None:
    rice, corn = (topic(name, name, 0.9, if_best=True) for name in ("rice", "corn"))
    reading = judge(rice, corn).explain(article(COOPERATION, "Rice, rice and corn."))
    assert [(t.name, t.score < 0.9) for t in reading.reading.topics] == [("rice", True)]
    assert [(o.topic.name, o.as_best) for o in reading.outcomes if o.matches] == [("rice", True)]


def test_a_threshold_holds_where_nobody_asked_for_the_best() -> None:
    reading = judge(topic("rice", "rice", 0.9), topic("corn", "corn", 0.9)).classify(
        article(COOPERATION, "Rice and corn.")
    )
    assert reading.topics == ()


def test_another_topic_does_not_stand_in_for_the_best_one() -> None:
    reading = judge(topic("all", "signed"), topic("rice", "rice", 0.9, if_best=True)).classify(
        article(COOPERATION, "Rice and corn.")
    )
    assert {t.name for t in reading.topics} == {"all", "rice"}


def test_of_rival_topics_those_match_that_come_near_the_best() -> None:
    crops = ("rice", "corn", "tea", "soy", "own")
    topics = [topic(name, name, 0.01, if_best=name != "own") for name in crops]
    news = article(COOPERATION + " Rice, corn, soy", "Rice, corn, soy. " + RAIN + " Tea. Own.")
    reading = judge(*topics).explain(news)
    assert {t.name for t in reading.reading.topics} == {"rice", "corn", "soy", "own"}
    (far,) = (o for o in reading.outcomes if o.topic.name == "tea")
    assert "far better" in far.why_not


def test_no_more_than_three_rivals_match() -> None:
    crops = ("rice", "corn", "tea", "soy")
    reading = judge(*(topic(name, name, 0.1, if_best=True) for name in crops)).classify(
        article(COOPERATION, "Rice, corn, tea and soy. Rice and corn.")
    )
    assert {t.name for t in reading.topics} >= {"rice", "corn"}
    assert len(reading.topics) == 3


def test_what_names_a_new_base_counts_as_in_the_headline() -> None:
    def about(name: str) -> float:
        text = f"{RAIN} The China-Laos Joint {name} Laboratory opened in Vientiane on Friday. {RAIN} Rice is grown nearby."
        outcomes = shipped_judge().explain(article("News of China and Laos", text)).outcomes
        return next(o.score for o in outcomes if o.topic.name == "agriculture_food")

    assert about("Rice") > about("Physics") > 0


def test_what_is_not_relevant_gets_no_topic_for_being_the_best() -> None:
    found = judge(topic("rice", "rice", 0.9, if_best=True)).classify(
        article("Rice grows in Malaysia", "Rice.")
    )
    assert found.topics == ()


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("China and Laos agree to cooperate", "The two sides agreed to cooperate."),
        ("中国和老挝同意合作", "双方同意继续合作。"),
        ("จีนและลาวร่วมมือกัน", "ทั้งสองฝ่ายเห็นพ้องร่วมมือกัน"),
        ("China, Laos: one more year", ""),
        ("Trung Quốc và Lào hợp tác", "Hai bên nhất trí hợp tác."),
        ("Tsina at Laos, nagkasundo", "Nagkasundo ang dalawang panig sa pagtutulungan."),
        (
            "La Chine et le Laos, accord de coopération",
            "Les deux parties ont signé un accord de coopération.",
        ),
    ],
)
def test_each_relevant_article_has_a_topic(title: str, text: str) -> None:
    reading = shipped_judge().classify(article(title, text))
    assert reading.relevance.relevant
    assert reading.topics


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("China-Laos joint laboratory opens in Vientiane", "The China-Laos joint laboratory opened in Vientiane on Friday."),
        ("中国—马来西亚联合实验室在吉隆坡揭牌", "中国—马来西亚联合实验室5日在吉隆坡揭牌。"),
    ],
)  # fmt: skip
def test_a_new_base_has_the_topic_of_bases_and_its_words_prove_it(title: str, text: str) -> None:
    reading = shipped_judge().classify(article(title, text))
    assert reading.new_base
    (found,) = (t for t in reading.topics if t.name == "demonstration_base")
    assert found.evidence
    assert found.score == 1


def test_a_query_may_ask_for_new_bases_of_a_country() -> None:
    topics = (topic("laos", "new:base AND country:LA"), topic("rice", "new:base AND rice"))
    judges = Judge(Rules(shipped_judge().rules.terms, topics, bases=shipped_judge().rules.bases))
    reading = judges.classify(
        article("China-Laos joint laboratory opens in Vientiane", "It opened on Friday.")
    )
    assert [t.name for t in reading.topics] == ["laos"]
