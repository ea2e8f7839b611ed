"""Judges in processes of their own: an article that ends its process costs only its own result."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from crawler import plugins
from crawler.ingest import judges as judging
from crawler.ingest.judge_transport import JudgeRequest, JudgeResult
from crawler.ingest.judges import FEW_SOURCES, ProcessPoolJudge, judges_apart
from crawler.ingest.judging_process import PATIENCE, TOGETHER, Patience, judge_all
from crawler.judging.judge import Rules
from crawler.runtime.memory import LITTLE
from tests.builders import article, shipped, shipped_judge
from tests.plugins import installed

DEADLY = """
import os, time
from dataclasses import replace

class Unreadable:
    def __reduce__(self):
        return int, ("none",)

def judge(article, reading):
    if "asleep" in article.title:
        time.sleep(1000)
    while "busy" in article.title:
        pass
    if "bound" in article.title:
        return replace(reading, lang=lambda: "en")
    if "garbled" in article.title:
        return replace(reading, lang=Unreadable())
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


ENDED = "the process that judges it ended"
NEVER_GIVEN = "what was judged cannot be handed on: an error that was not expected"


def judged(rules: Rules, titles: Sequence[str], patience: Patience = PATIENCE) -> list[JudgeResult]:
    judges = ProcessPoolJudge(rules, 1, patience)
    try:
        return asyncio.run(judges.judge([JudgeRequest(article(title, f"{title}.")) for title in titles]))
    finally:
        judges.close()


@pytest.mark.parametrize("bad", ["A poison pill", pytest.param("A busy one", marks=pytest.mark.long)])
def test_an_article_that_ends_its_judge_s_process_costs_only_itself(deadly: str, bad: str) -> None:
    titles = ["China and Laos meet", bad, "China and ASEAN sign an agreement"]
    rules = replace(shipped().rules(), also=(deadly,))
    results = judged(rules, titles, PATIENCE._replace(computing=2.0))
    assert [v.reading is not None for v in results] == [True, False, True]
    assert results[1].problem == ENDED


@pytest.mark.long
def test_a_judge_that_waits_for_ever_is_not_waited_for(deadly: str) -> None:
    rules = replace(shipped().rules(), also=(deadly,))
    (result,) = judged(rules, ["One that lies asleep"], PATIENCE._replace(waiting=0.5))
    assert result.problem == ENDED


def test_what_another_package_makes_of_an_article_costs_only_that(deadly: str) -> None:
    titles = [f"China and Laos open road {number}" for number in range(30)]
    bad = {
        3: ("An odd one", "the judge deadly gave something else than a reading"),
        17: ("One that is bound to its place", NEVER_GIVEN),
        24: ("A garbled one", "an error that was not expected"),
    }
    for number, (title, _) in bad.items():
        titles[number] = title
    results = judged(replace(shipped().rules(), also=(deadly,)), titles)
    found = {n: result.problem or "" for n, result in enumerate(results) if result.reading is None}
    assert found.keys() == bad.keys()
    assert all(found[number].startswith(problem) for number, (_, problem) in bad.items())
    assert len({r.reading.text_hash for r in results if r.reading is not None}) == 27


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
