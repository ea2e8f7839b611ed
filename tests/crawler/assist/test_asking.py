"""Asking: once for the same words, within the budget, with pauses after failures, and nothing of sources that forbid it."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from crawler.assist.asking import ask_brief, ask_check, ask_translations
from crawler.assist.assistants import Assistants, name_of
from crawler.assist.breaker import LONGEST, state_of
from crawler.assist.budget import used_today
from crawler.assist.exchange import MOST_TRIES
from crawler.assist.model import (
    AssistError,
    AssistReport,
    BriefRequest,
    CheckRequest,
    Passage,
    Statement,
    TokenCount,
)
from crawler.store import Store
from crawler.store import assist as kept
from crawler.store.assist import ASKED, FAILED, GIVEN, REFUSED, StoredAnswer, answers, translation_key
from tests.assisting import Scripted, SimulatedClock, assisted, believe, install
from tests.builders import NOON, later, new_store


class Desk:
    """A store, an assistant and a clock."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, **assist: Any) -> None:
        self.folder, self.clock, self.scripted = folder, SimulatedClock(), Scripted()
        install(monkeypatch, scripted=self.scripted, second=Scripted(), slow=Scripted())
        believe(monkeypatch, lambda text: "a name that stands nowhere" if "invented" in text else None)
        self.store: Store = new_store(folder)
        self.use(**assist)

    def use(self, **assist: Any) -> None:
        self.settings = assisted(**assist)
        self.assistants = Assistants(self.settings)

    def translate(self, *texts: str, source: str = "outlet", to: str = "en") -> dict[str, StoredAnswer]:
        passages = [Passage(text, "lo", n, source) for n, text in enumerate(texts, 1)]
        found = ask_translations(self.store, self.assistants, passages, to, clock=self.clock)
        by_key = {translation_key(t, "lo", to): t for t in texts}
        return {by_key[key]: answer for key, answer in found.items()}

    def requests(self) -> list[Any]:
        with self.store.read() as connection:
            return list(reversed(kept.requests_of(connection, None, 1000)))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def report(number: int, source: str = "outlet", text: str = "It was launched.") -> AssistReport:
    return AssistReport(number, 100 + number, "en", f"Title {number}", text, "Outlet", source, NOON)


def test_same_words_are_asked_once(desk: Desk) -> None:
    found = desk.translate("one", "two", "one")
    assert {t: a.answer for t, a in found.items()} == {"one": {"text": "said one"}, "two": {"text": "said two"}}  # fmt: skip
    assert desk.translate("two", "one") == found and desk.scripted.texts == [["one", "two"]]
    # A batch has no more than it may.
    desk.use(batch=2)
    desk.translate("a", "b", "c")
    assert desk.scripted.texts[1:] == [["a", "b"], ["c"]]
    assert desk.translate("  ", "x", source="licensed") == {} == desk.translate("y", source="gone")
    assert len(desk.scripted.asked) == 3, "blanks, and sources that forbid it or are not configured"


def test_what_was_sent_is_noted_with_the_host_alone(desk: Desk) -> None:
    desk.use(url="https://user:word@mt.example:8443/secret/path?key=1", model="m", price_in=2, price_out=4)
    desk.scripted.usage = TokenCount(1_000_000, 500_000)
    desk.translate("abc", "defg")
    (row,) = desk.requests()
    assert (row["place"], row["kind"], row["model"], row["outcome"]) == ("mt.example", "scripted", "m", GIVEN)
    assert (row["articles"], row["sources"], row["characters"]) == ([1, 2], ["outlet"], 7)
    assert (row["tokens_in"], row["tokens_out"], row["money"]) == (1_000_000, 500_000, 4.0)
    assert "secret" not in str(row) and "word" not in str(row)
    # One that counts no tokens is counted by its characters.
    desk.scripted.usage = TokenCount()
    desk.translate("x" * 30)
    assert desk.requests()[-1]["tokens_in"] == 10


def test_a_failure_names_no_secret(desk: Desk) -> None:
    desk.use(url="https://user:word@mt.example/?key=7777", key="S3CRET")
    desk.scripted.always = RuntimeError("401 for https://user:word@mt.example/?key=7777 with S3CRET")
    answer = desk.translate("one")["one"]
    told = f"{answer.reason} {desk.requests()}"
    assert "it failed: an error that was not expected (401 for" in told
    assert not any(secret in told for secret in ("S3CRET", "word@", "7777"))


def test_the_assistant_is_left_alone_after_failures(desk: Desk) -> None:
    desk.scripted.always = AssistError("unreachable", "nobody answers")
    asked = []
    for _ in range(400):
        desk.translate("one")
        asked.append(len(desk.scripted.asked))
        desk.clock.go(seconds=5)
    moments = [r["at"] for r in desk.requests()]
    pauses = [(b - a).total_seconds() for a, b in pairwise(moments)]
    assert pauses == sorted(pauses) and pauses[0] <= 10 and max(pauses) <= 605
    name = name_of(desk.settings.assist)
    with desk.store.read() as connection:
        state = state_of(connection, name, desk.clock())
    assert state.problem == "unreachable: nobody answers" and state.failures == len(desk.scripted.asked)
    # It costs the question no try: after an outage of a day nothing is given up.
    desk.scripted.always = None
    desk.clock.go(days=1)
    assert desk.translate("one")["one"].outcome == GIVEN
    with desk.store.read() as connection:
        assert state_of(connection, name, desk.clock()).failures == 0


@pytest.mark.parametrize(
    ("error", "least"),
    [
        (AssistError("limited", "too many", 3600.0), timedelta(hours=1)),
        (AssistError("limited", "too many", 1e12), timedelta(days=1)),
        (AssistError("denied", "no such key"), timedelta(seconds=5)),
        (AssistError("slow", "60 s"), timedelta(seconds=5)),
        (ValueError("a fault of a package"), timedelta(seconds=5)),
    ],
)
def test_it_keeps_to_what_an_assistant_asks_for(desk: Desk, error: Exception, least: timedelta) -> None:
    desk.scripted.fails = [error]
    desk.translate("one")
    with desk.store.read() as connection:
        state = state_of(connection, name_of(desk.settings.assist), desk.clock())
    assert state.until == NOON + least
    desk.clock.moment = NOON + least - timedelta(seconds=1)
    desk.translate("other")
    assert len(desk.scripted.asked) == 1
    desk.clock.go(seconds=1)
    desk.translate("other")
    assert len(desk.scripted.asked) == 2


def test_a_key_that_is_not_accepted_is_not_tried_all_the_time(desk: Desk) -> None:
    desk.scripted.always = AssistError("denied", "no such key")
    for _ in range(2):
        desk.translate("one")
        desk.clock.go(seconds=6)
    with desk.store.read() as connection:
        state = state_of(connection, name_of(desk.settings.assist), desk.clock())
    assert state.until == NOON + timedelta(seconds=6) + LONGEST


@pytest.mark.parametrize("kind", ["denied", "unreachable", "slow", "unreadable"])
def test_a_question_that_is_never_taken_keeps_no_other_waiting(desk: Desk, kind: str) -> None:
    def refuse_poison() -> None:
        if any("poison" in p.text for p in desk.scripted.asked[-1].passages):
            raise AssistError(kind, "this one I cannot take")

    desk.translate("first")
    desk.scripted.before = refuse_poison
    texts = ["poison", *(f"good {n}" for n in range(20))]
    for n in range(100):
        found = desk.translate(*texts, f"news {n}")
        desk.clock.go(minutes=11)
    assert {a.outcome for t, a in found.items() if t != "poison"} == {GIVEN}
    assert (found["poison"].outcome, found["poison"].tries, found["poison"].next) == (
        FAILED,
        MOST_TRIES,
        None,
    )
    assert len(desk.scripted.asked) < 130


def test_another_one_is_asked_while_the_first_rests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path, monkeypatch, also=[{"kind": "second", "tasks": ["translate"]}])
    desk.scripted.always = AssistError("unreachable", "nobody answers")
    desk.translate("one")
    assert desk.translate("two")["two"].kind == "second"
    # Where the first cannot be made at all, the second is asked, too.
    desk.use(kind="gone", also=[{"kind": "second"}])
    assert desk.translate("three")["three"].kind == "second"


def test_what_cannot_be_made_is_told_where_failures_are(desk: Desk) -> None:
    desk.use(kind="gone")
    assert desk.translate("one") == {}
    (row,) = desk.requests()
    assert "nothing called gone" in row["problem"] and row["characters"] == 0
    with desk.store.read() as connection:
        assert used_today(connection, desk.clock()).requests == 0, "nothing was sent"


def test_one_that_is_no_answer_spoils_no_other(desk: Desk) -> None:
    desk.scripted.always = AssistError("unreadable", "no JSON")
    desk.translate("one", "poison")
    for _ in range(12):
        desk.clock.go(hours=2)
        desk.scripted.before = lambda: None
        poison = desk.translate("poison").get("poison")
    assert poison is not None and (poison.outcome, poison.tries, poison.next) == (FAILED, MOST_TRIES, None)
    asked = len(desk.scripted.asked)
    assert asked == MOST_TRIES
    desk.scripted.always = None
    assert desk.translate("one", "poison", "new")["one"].outcome == GIVEN
    assert desk.scripted.texts[asked:] == [["new"], ["one"]], "what failed before is asked alone"


def test_refused_is_asked_once_more_and_kept_with_its_reason(desk: Desk) -> None:
    desk.scripted.translated = lambda p: f"invented {p.text}" if p.text != "fine" else "fine too"
    first = desk.translate("one", "fine")
    assert (first["one"].outcome, first["fine"].outcome) == (REFUSED, GIVEN)
    for _ in range(4):
        desk.clock.go(hours=1)
        last = desk.translate("one", "fine")
    assert desk.scripted.texts == [["one", "fine"], ["one"]]
    assert (last["one"].reason, last["one"].answer, last["one"].next) == ("a name that stands nowhere", None, None)  # fmt: skip
    desk.scripted.translated = lambda p: None
    assert desk.translate("two")["two"].reason == "the assistant gave no translation"
    with desk.store.write() as connection:
        assert kept.forget(connection, refused=True) == 2


def test_a_wrong_number_of_translations_is_no_answer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = desk.scripted.translate
    cut = lambda request: type(whole(request))(("only one",), "m")  # noqa: E731
    monkeypatch.setattr(desk.scripted, "translate", cut)
    found = desk.translate("one", "two")
    assert {a.outcome for a in found.values()} == {FAILED}
    assert found["one"].reason == "unreadable: 1 translations came for 2 passages"


@pytest.mark.parametrize(
    ("budget", "most"), [({"requests": 3}, 3), ({"tokens": 100}, 4), ({"money": 0.00005}, 2), ({"requests": 0}, 0)]
)  # fmt: skip
def test_the_budget_of_a_day_is_kept(desk: Desk, budget: dict[str, Any], most: int) -> None:
    desk.use(budget=budget, price_in=1, price_out=1, batch=1)
    for n in range(8):
        desk.translate(f"{n}" * 30)  # some 10 tokens each way
    assert len(desk.scripted.asked) == most
    with desk.store.read() as connection:
        used = used_today(connection, desk.clock())
    assert used.requests == most and used.tokens <= 100 + 25
    # The next day begins at midnight in UTC.
    desk.clock.moment = NOON.replace(hour=23, minute=59)
    desk.translate("late " * 6)
    assert len(desk.scripted.asked) == most
    desk.clock.go(minutes=1)
    desk.translate("late " * 6)
    assert len(desk.scripted.asked) == most + (budget != {"requests": 0})


def test_two_processes_do_not_pay_twice(desk: Desk) -> None:
    entered, leave = threading.Event(), threading.Event()
    desk.scripted.before = lambda: (entered.set(), leave.wait(30))
    other = Scripted()
    thread = threading.Thread(target=desk.translate, args=("one", "two"))
    thread.start()
    assert entered.wait(30)
    # Another process, with assistants of its own over the same store
    desk.scripted, mine = other, desk.scripted
    again = desk.translate("two", "one")
    assert {a.outcome for a in again.values()} == {ASKED} and not other.asked
    leave.set()
    thread.join()
    assert len(mine.asked) == 1
    assert {a.outcome for a in desk.translate("one", "two").values()} == {GIVEN}


def test_what_a_process_left_is_asked_again_after_a_while(desk: Desk) -> None:
    desk.scripted.always = KeyboardInterrupt()  # type: ignore[assignment] # the process ends in the midst of it
    with pytest.raises(KeyboardInterrupt):
        desk.translate("one")
    (row,) = desk.requests()
    assert row["outcome"] == ASKED, "what was sent is on record, whatever came of it"
    desk.scripted.always = None
    assert desk.translate("one")["one"].outcome == ASKED
    desk.clock.go(minutes=4)
    assert desk.translate("one")["one"].outcome == GIVEN


def test_what_ends_the_process_each_time_is_given_up(desk: Desk) -> None:
    desk.scripted.always = KeyboardInterrupt()  # type: ignore[assignment]
    for _ in range(MOST_TRIES):
        with pytest.raises(KeyboardInterrupt):
            desk.translate("one")
        desk.clock.go(minutes=4)
    desk.translate("one")
    assert len(desk.scripted.asked) == MOST_TRIES
    assert desk.translate("one")["one"].outcome == FAILED


def test_what_cannot_be_judged_is_not_paid_for_again_and_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(text: str) -> str | None:
        raise ZeroDivisionError

    believe(monkeypatch, broken)
    for _ in range(9):
        answer = desk.translate("one")["one"]
        desk.clock.go(hours=2)
    assert (answer.outcome, len(desk.scripted.asked)) == (FAILED, MOST_TRIES)


def test_a_brief_is_made_of_what_may_be_sent(desk: Desk) -> None:
    desk.scripted.statements = (Statement("It was launched.", (2, 1)),)
    request = BriefRequest((report(1, "licensed", "Secret words"), report(2), report(3)), "en")
    answer = ask_brief(desk.store, desk.assistants, request, 7, clock=desk.clock)
    (sent,) = desk.scripted.asked
    assert [(r.number, r.article) for r in sent.reports] == [(1, 102), (2, 103)]
    assert answer.answer == {
        "statements": [{"text": "It was launched.", "articles": [103, 102]}],
        "reports": [102, 103],
    }
    assert (answer.story, answer.language, answer.model) == (7, "en", "scripted-1")
    assert ask_brief(desk.store, desk.assistants, request, 7, clock=desk.clock) == answer
    only = BriefRequest((report(1, "licensed"),), "en")
    none = ask_brief(desk.store, desk.assistants, only, 8, clock=desk.clock)
    assert none.outcome == FAILED and none.reason == "its sources allow no assistant"
    assert len(desk.scripted.asked) == 1 and "Secret" not in str(desk.scripted.asked)
    with desk.store.read() as connection:
        assert not answers(connection, [none.key]), "what was not asked is not kept"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ((), "the brief says nothing"),
        ((Statement("So.", (4,)),), "it names report 4, which it was not shown"),
        ((Statement("invented", (1,)),), "a name that stands nowhere"),
    ],
)
def test_a_brief_that_proves_nothing_is_refused(desk: Desk, said: Any, reason: str) -> None:
    desk.scripted.statements = said
    request = BriefRequest((report(1),), "en")
    answer = ask_brief(desk.store, desk.assistants, request, 7, clock=desk.clock)
    assert (answer.outcome, answer.reason, answer.answer) == (REFUSED, reason, None)


def test_an_opinion_is_kept_with_its_report(desk: Desk) -> None:
    request = CheckRequest("it is", "en", 1, (report(1),), ("planned",))
    answer = ask_check(desk.store, desk.assistants, request, 7, "a-base", clock=desk.clock)
    assert answer.answer == {
        "verdict": "yes", "name": "", "places": [], "stage": "", "quote": "it is", "article": 101,
    }  # fmt: skip
    assert (answer.story, answer.base, answer.task) == (7, "a-base", "check")
    forbidden = CheckRequest("it is", "en", 1, (report(1), report(2, "licensed")), ())
    assert ask_check(desk.store, desk.assistants, forbidden, 7, "b", clock=desk.clock).outcome == FAILED
    desk.use(budget={"requests": 0})
    other = CheckRequest("it was", "en", 1, (report(1),), ())
    over = ask_check(desk.store, desk.assistants, other, 7, "b", clock=desk.clock)
    assert over.reason == "1 of 0 requests of the day are used"
    assert len(desk.scripted.asked) == 1


def test_nothing_is_asked_after_the_end(desk: Desk) -> None:
    desk.translate("one")
    desk.assistants.close()
    assert desk.scripted.closed.is_set() and desk.translate("two") == {}
    assert len(desk.requests()) == 1, "an end is no failure of the assistant"


def test_old_answers_and_requests_are_pruned(desk: Desk) -> None:
    desk.translate("one")
    desk.clock.go(days=2)
    desk.translate("two")
    with desk.store.write() as connection:
        assert kept.prune(connection, later(days=1)) == 2
    assert set(desk.translate("two")) == {"two"} and len(desk.scripted.asked) == 2


def test_an_answer_that_cannot_be_used_is_paid_for(desk: Desk) -> None:
    desk.use(price_in=2, price_out=4)
    desk.scripted.always = AssistError("unreadable", "the answer was cut off")
    desk.scripted.always.usage = TokenCount(1_000_000, 500_000)
    desk.translate("one")
    (row,) = desk.requests()
    assert (row["tokens_in"], row["tokens_out"], row["money"]) == (1_000_000, 500_000, 4.0)


def test_a_clock_that_was_wrong_neither_ends_the_budget_nor_keeps_anybody_resting(desk: Desk) -> None:
    desk.use(budget={"requests": 2})
    desk.clock.go(days=30)
    desk.translate("one")
    desk.scripted.always = AssistError("limited", "slow down", 80_000)
    desk.translate("two")
    desk.clock.go(days=-30)
    desk.scripted.always = None
    assert desk.translate("three")["three"].outcome == GIVEN
    with desk.store.read() as connection:
        assert used_today(connection, desk.clock()).requests == 1


def test_a_key_that_was_mended_is_tried_at_once(desk: Desk) -> None:
    desk.scripted.always = AssistError("denied", "the key is not accepted")
    for n in range(3):
        desk.translate(f"text {n}")
        desk.clock.go(seconds=20)
    desk.scripted.always = None
    asked = len(desk.scripted.asked)
    desk.translate("other")
    assert len(desk.scripted.asked) == asked, "whoever was denied leaves it alone"
    desk.use()
    assert desk.translate("another")["another"].outcome == GIVEN


def test_the_record_says_what_came_of_a_request(desk: Desk) -> None:
    desk.translate("one", "invented two")
    (row,) = desk.requests()
    assert (row["outcome"], row["problem"]) == (GIVEN, "refused 1 of 2: a name that stands nowhere")
    desk.translate("three")
    assert desk.requests()[-1]["problem"] is None
