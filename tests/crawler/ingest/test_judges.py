"""Judges in processes of their own: an article that ends its process costs only its own result."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawler import plugins
from crawler.ingest import judges as judging
from crawler.ingest.judge_transport import JudgeRequest
from crawler.ingest.judges import FEW_SOURCES, ProcessPoolJudge, judges_apart
from crawler.ingest.judging_process import TOGETHER, judge_all
from crawler.runtime.memory import LITTLE
from tests.builders import article, shipped, shipped_judge
from tests.plugins import installed

DEADLY = """
import os

def judge(article, reading):
    if "poison" in article.title:
        os._exit(3)
    if "odd" in article.title:
        return "no reading"
    if not article.url:
        raise KeyError("it fails for what a judge reads first")
    return reading
"""


@pytest.fixture
def deadly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    path = installed(tmp_path, DEADLY, judges="deadly = flaky:judge")
    monkeypatch.syspath_prepend(path.partition(":")[0])
    monkeypatch.setenv("PYTHONPATH", path)
    plugins.installed.cache_clear()
    yield "deadly"
    plugins.installed.cache_clear()


def test_an_article_that_ends_its_judge_s_process_costs_only_itself(deadly: str) -> None:
    judges = ProcessPoolJudge(replace(shipped().rules(), also=(deadly,)), 1)
    titles = ["China and Laos meet", "A poison pill", "An odd one", "China and ASEAN sign an agreement"]
    requests = [JudgeRequest(article(title, f"{title}.")) for title in titles]
    try:
        results = asyncio.run(judges.judge(requests))
    finally:
        judges.close()
    assert [v.reading is not None for v in results] == [True, False, False, True]
    assert results[1].problem == "the process that judges it ended"
    assert results[2].problem == "the judge deadly gave something else than a reading"


def test_processes_are_begun_where_they_pay_or_are_wanted() -> None:
    rules = shipped().rules()
    assert judges_apart(rules, None, FEW_SOURCES - 1) is None
    assert judges_apart(rules, 0, 1_000) is None
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(judging, "memory_of_machine", lambda: LITTLE - 1)
        assert judges_apart(rules, None, 1_000) is None
    wanted = judges_apart(rules, 1, 1)
    assert wanted is not None
    try:
        (result,) = asyncio.run(wanted.judge([JudgeRequest(article("China and Laos meet", "They met."))]))
    finally:
        wanted.close()
    assert result.reading is not None


def test_why_an_article_cannot_be_judged_is_told_in_few_words() -> None:
    class Loud:
        def classify(self, *_: object, **__: object) -> None:
            raise ValueError("x" * 1_000_000)

    (result,) = judge_all(Loud(), [JudgeRequest(article("Rice"))])  # type: ignore[arg-type]
    assert result.reading is None
    assert (
        result.problem is not None
        and result.problem.startswith("an error that was not expected (xxx")
        and len(result.problem) == 252
    )


def test_articles_that_are_judged_together_get_what_each_gets_alone() -> None:
    judge = shipped_judge()
    titles = (
        "Rice harvest begins in Italy",
        "China and Laos sign an agreement on a rice centre",
        "China and ASEAN meet",
    )
    requests = [
        JudgeRequest(article(f"{title} {n}", f"{title} on day {n}."), page_may_help=n % 4 == 3)
        for n in range(2 * TOGETHER)
        for title in titles
    ]
    alone = [judge_all(judge, [request])[0] for request in requests]
    assert judge_all(judge, requests) == alone
    assert {result.reading is None for result in alone} == {True, False}
