"""Articles and classifications reach the other process, and come back, as they were."""

from __future__ import annotations

import pytest

from crawler.ingest import judge_transport
from crawler.ingest.judge_transport import JudgeRequest, JudgeResult
from crawler.judging.judge import NO_ANCHORS
from crawler.judging.queries.relevance import UNCONCERNED
from crawler.model import (
    Anchors,
    AseanwatchError,
    BaseMention,
    Classification,
    Evidence,
    Relevance,
    TopicMatch,
)
from tests.builders import NOON, article

ARTICLES = [
    article("Chilli prices rise again", "Prices of chilli rose at the market."),
    article("China and Laos open a rice laboratory", "China and Laos opened a joint laboratory in Vientiane.", published=NOON),
    article("\ud800 x", "\x00", country="CN", original="https://o.example/2", links=("o.example/1",), seed=True),
]  # fmt: skip


def test_what_is_asked_comes_as_it_was() -> None:
    asked = [JudgeRequest(one, bool(number % 2)) for number, one in enumerate(ARTICLES)]
    assert judge_transport.read_requests(judge_transport.written_requests(asked)) == asked


_EVIDENCE = (Evidence("China", "title", 0, 5),)
_BASE = BaseMention(
    "k", "Laboratory", "laboratory", "opened", ("Vientiane",), ("LA",), NOON.date(), "It opened."
)
NOBODYS = Classification("en", UNCONCERNED, (), (), (), frozenset(), "ab", NO_ANCHORS, credit="Xinhua")
NEWS = Classification(
    "lo", Relevance(True, 0.9, (("both", 0.9),), _EVIDENCE), (TopicMatch("rice", 0.5, _EVIDENCE),), ("CN", "LA"), (_BASE,),
    frozenset([1, 2**31]), "cd", Anchors(frozenset(["place:x"]), frozenset(["rice"])), retracts=True,
)  # fmt: skip


def test_what_is_said_comes_as_it_was() -> None:
    said = [JudgeResult(None), JudgeResult(None, "it fails"), JudgeResult(NOBODYS), JudgeResult(NEWS)]
    found = judge_transport.read_results(judge_transport.written_results(said))
    assert found == said
    # What most articles have is one value here as there.
    assert found[2][0] is not None
    assert found[2][0].relevance is UNCONCERNED
    assert found[2][0].anchors is NO_ANCHORS


def test_why_there_are_none_is_raised() -> None:
    with pytest.raises(AseanwatchError, match="cannot be handed on"):
        judge_transport.read_results(judge_transport.written_failure("it cannot be handed on"))
