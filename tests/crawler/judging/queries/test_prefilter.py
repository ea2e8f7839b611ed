"""The look before an archived page is read rules out nothing that judging would find, in whatever script and form."""

from __future__ import annotations

import html
import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.archives.markup import all_words
from crawler.judging.judge import Judge
from crawler.model import Article
from tests.builders import NOON, article, judge, shipped
from tests.newsroom.news import labelled

BACKGROUND = "The council met on Tuesday to discuss the budget for schools, roads and the new library. " * 30


@cache
def shipped_judge() -> Judge:
    return Judge(shipped().rules())


def _article(row: dict[str, str]) -> Article:
    return article(row["title"], row["text"], lang_hint=row["lang"], published=NOON)


@cache
def news() -> list[dict[str, str]]:
    return [row for row in labelled() if shipped_judge().classify(_article(row)).is_news]


def inline(text: str, n: int) -> str:
    """A text with elements inside its words."""
    return "".join(
        f"<b>{html.escape(c)}</b>" if k % 5 == n % 5 else html.escape(c) for k, c in enumerate(text)
    )


FORMS = {
    "plain": lambda row, n: f"<h1>{html.escape(row['title'])}</h1><p>{html.escape(row['text'])}</p>",
    "numbers": lambda row, n: "".join(f"&#{ord(c)};" if ord(c) > 126 else html.escape(c) for c in f"{row['title']} {row['text']}"),
    "escaped twice": lambda row, n: html.escape(html.escape(f"{row['title']} {row['text']}")),
    "data": lambda row, n: f"<script>var state = {json.dumps({'t': row['title'], 'b': row['text']})}</script>",
    "elements in words": lambda row, n: inline(f"{row['title']} {row['text']}", n),
    "far down": lambda row, n: f"<p>{BACKGROUND * 40}</p>" + "x" * n + f"<p>{html.escape(row['title'])}</p><p>{html.escape(row['text'])}</p>",
    "among styles": lambda row, n: f"<style>a{{}}</style><!-- {BACKGROUND} --><p>{html.escape(row['text'])} {html.escape(row['title'])}</p>",
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=30, deadline=None)
@given(number=st.integers(0, 10_000), shift=st.integers(0, 700))
def test_what_is_news_passes_in_every_form(form: str, number: int, shift: int) -> None:
    row = news()[number % len(news())]
    page = f"<html><body><nav>Home</nav>{FORMS[form](row, shift)}</body></html>"
    assert shipped_judge().prefilter.may_be_news(all_words(page)), row["title"]


def test_all_labelled_news_passes_and_most_of_the_rest_does_not() -> None:
    prefilter = shipped_judge().prefilter
    assert all(prefilter.may_be_news(f"{row['title']}\n{row['text']}") for row in news())
    assert not prefilter.may_be_news(BACKGROUND)
    assert not prefilter.may_be_news("China raised its growth target for the year. " * 20)
    assert not prefilter.may_be_news("Laos and Thailand opened a bridge over the Mekong. " * 20)


@pytest.mark.parametrize(
    "text",
    [
        "China dan Malaysia", "CHINA–ASEAN", "Trung Quốc và Việt Nam ký", "ຈີນ ແລະ ລາວ", "ចិន និងកម្ពុជា", "中國與泰國", "中老铁路", "中 国 和 老 挝",
        "Pemerintah RI dan Tiongkok", "Tiongkok dan kedua negara", "စီနိုင်ငံနှင့် မြန်မာ တရုတ်",
    ],
)  # fmt: skip
def test_both_parties_in_many_scripts(text: str) -> None:
    assert shipped_judge().prefilter.may_be_news(text)


def test_a_topic_that_looks_at_all_articles_opens_it_for_its_terms() -> None:
    narrow = judge(storms="storm")
    assert narrow.prefilter.may_be_news("A storm hit the coast") and not narrow.prefilter.may_be_news(
        "Rain fell"
    )
    assert judge(anything="NOT storm").prefilter.may_be_news("Rain fell")
