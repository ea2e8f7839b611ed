"""The summary of a report: what its headline does not say, without its dateline, as written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.digests.summary import summary_span

NEWS = "A rice laboratory of both academies opened on Monday beside the university's fields."


def told(title: str, text: str, most: int = 260) -> str:
    start, end = summary_span(title, text, (), most)
    return text[start:end]


@pytest.mark.parametrize(
    "line",
    [
        "VIENTIANE, Feb. 24 (Xinhua) -- ",
        "(Xinhua) — ",
        "Hà Nội (TTXVN) – ",
        "JAKARTA, KOMPAS.com - ",
        "KUALA LUMPUR: ",
        "MANILA— ",
        "(UPDATE) ",
        "ភ្នំពេញ៖ ",
        "กรุงเทพฯ – ",
        "【北京9月2日】",
        "新华社万象2月24日电（记者李明）",
        "本报讯 ",
    ],
)
def test_a_dateline_is_no_part_of_it(line: str) -> None:
    assert told("Farmers look forward to the harvest", line + NEWS) == NEWS


@pytest.mark.parametrize(
    "text",
    [
        "中国—老挝联合实验室周一在万象启用，将研究水稻和咖啡的新品种。",
        "中国电信与老挝同行周一启用联合实验室，将研究水稻和咖啡的新品种。",
        "Hanoi – which hosts the fair for the first time – expects 400 firms from both countries.",
        "China–Laos trade through the gate grew by half in the first nine months, customs said.",
        "Two ministers met in Vientiane: they spoke of rice, roads and a laboratory for both.",
    ],
)
def test_what_only_looks_like_a_dateline_stays(text: str) -> None:
    assert told("Farmers look forward", text) == text


@pytest.mark.parametrize(
    ("title", "repeated", "news"),
    [
        (
            "China and Laos open rice laboratory in Vientiane",
            "China and Laos opened a rice laboratory in Vientiane.",
            "Sixteen researchers will breed varieties that stand in water for a month.",
        ),
        (
            "中国与老挝在万象设立水稻联合实验室",
            "中国与老挝在万象设立水稻联合实验室。",
            "十六名研究人员将培育可在水中存活一个月的品种。",
        ),
        (
            "Laboratorium padi Tiongkok-Laos dibuka di Vientiane",
            "Laboratorium padi Tiongkok-Laos resmi dibuka di Vientiane.",
            "Enam belas peneliti akan memuliakan varietas yang tahan genangan sebulan.",
        ),
    ],
)
def test_a_sentence_that_repeats_the_headline_is_passed_over(title: str, repeated: str, news: str) -> None:
    assert told(title, f"{repeated} {news}") == news


def test_a_text_that_is_only_the_headline_has_none() -> None:
    assert told("China and Laos open a laboratory", "China and Laos open a laboratory.") == ""


def test_the_next_sentence_follows_where_both_fit() -> None:
    second = "Sixteen people work there, ten of them from villages nearby."
    assert told("Farmers look forward", f"{NEWS} {second}") == f"{NEWS} {second}"
    assert told("Farmers look forward", f"{NEWS} {second}", most=100) == NEWS


def test_the_sentence_with_the_words_that_were_found_tells_most() -> None:
    dull = "The morning was cool, and many people had come from the villages around."
    text = f"{dull} {NEWS}"
    at = text.index("laboratory")
    evidence = [
        {"term": t, "field": "text", "start": at, "end": at + 10} for t in ("laboratory", "rice", "academies")
    ]
    start, _ = summary_span("Farmers look forward", text, evidence, 260)
    assert text[start:].startswith("A rice")


@given(st.text(max_size=80), st.text(max_size=600), st.integers(20, 400))
def test_it_is_always_a_part_of_the_text(title: str, text: str, most: int) -> None:
    start, end = summary_span(title, text, (), most)
    assert 0 <= start <= end <= len(text)
    assert text[start:end] == text[start:end].strip()
