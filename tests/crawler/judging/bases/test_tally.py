"""What is counted of a base while reports come, go and change their stories is what reading all of them gives."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.judging.bases import counting, names_together
from crawler.judging.bases import tally as counted
from crawler.judging.bases.counting import LostFirstError
from crawler.judging.bases.fields import Fields, fields_of_base
from crawler.judging.bases.proof import Proof
from crawler.judging.bases.register import known_repeats, summarise
from crawler.judging.bases.stages import STAGES
from crawler.judging.bases.tally import BaseTally
from crawler.judging.weights import weights
from crawler.model import BaseMention
from tests.builders import NOON

NAMES = (
    "China-Laos Rice Laboratory", "china-laos rice laboratory", "CHINA-LAOS RICE LABORATORY", "China–Laos Rice Laboratory",
    "China-Laos-Thailand Rice Research Laboratory", "Luban Workshop", "中老水稻实验室", "",
)  # fmt: skip
mentions = st.builds(
    BaseMention,
    key=st.just(""),
    name=st.sampled_from(NAMES[:-1]),
    name_en=st.sampled_from(NAMES),
    kind=st.sampled_from(("laboratory", "base", "park")),
    stage=st.sampled_from(STAGES),
    cities=st.lists(st.sampled_from(("Vientiane", "Hanoi", "Rayong")), max_size=3).map(tuple),
    countries=st.lists(st.sampled_from(("LA", "VN", "TH")), max_size=3).map(tuple),
    date=st.sampled_from((None, date(2025, 11, 1), date(2025, 11, 2), date(2020, 1, 1))),
    sentence=st.sampled_from(("A rice laboratory was opened.", "Students learn to drive trains.", "")),
    is_new=st.booleans(),
    name_origin=st.sampled_from(("", "official", "report")),
    name_en_origin=st.sampled_from(("", "official", "translation")),
)
proofs = st.builds(
    Proof,
    article=st.integers(1, 40),
    story=st.one_of(st.none(), st.integers(1, 4)),
    lang=st.sampled_from(("en", "zh", "lo")),
    when=st.integers(0, 3).map(lambda days: NOON + timedelta(days=days)),
    mention=mentions,
)
several = st.lists(proofs, min_size=1, max_size=12, unique_by=lambda p: p.article)


def commonest_names(those: list[Proof]) -> list[tuple[str, str]]:
    """The names that most reports of each language give, of equals those that were said first."""
    ordered = sorted(those, key=lambda p: (p.when, p.article))
    said = Counter((p.lang, p.mention.name) for p in ordered)
    return [
        name for lang in ("en", "zh", "lo") for name in [n for n, _ in said.most_common() if n[0] == lang][: names_together.MOST_NAMES]
    ]  # fmt: skip


def assert_same(tally: BaseTally, those: list[Proof]) -> None:
    found, ordered = summarise(those), sorted(those, key=lambda p: (p.when, p.article))
    assert (tally.kind, tally.stage, tally.cities) == (found.kind, found.stage, found.cities)
    assert (tally.countries, tally.day, tally.first) == (found.countries, found.day, ordered[0])
    assert [tuple(step) for step in tally.steps] == [(s.story, s.stage, s.day) for s in found.timeline]
    assert {lang: named.text for lang, named in tally.named.items()} == found.names
    assert {lang: named.origin for lang, named in tally.named.items()} == found.origins
    assert set(tally.names) == set(commonest_names(those))
    assert set(tally.days) == {p.mention.date for p in those if p.mention.date}
    assert all((story in tally.stories) == any(p.story == story for p in those) for story in range(1, 5))
    fields = Fields()
    for p in those:
        fields = fields.joined(fields_of_base(p.mention.name, p.mention.name_en, p.mention.sentence, p.lang))
    assert tally.fields == fields


@given(several)
def test_reports_in_any_order_give_what_all_give(those: list[Proof]) -> None:
    assert_same(BaseTally(those), those)


@given(several, st.data())
def test_a_report_that_is_taken_away_leaves_nothing(those: list[Proof], data: st.DataObject) -> None:
    tally, left = BaseTally(those), list(those)
    while len(left) > 1:
        gone = data.draw(st.sampled_from(left))
        try:
            tally.remove(gone)
        except LostFirstError:
            return  # whoever asked reads all again
        left.remove(gone)
        assert_same(tally, left)


def test_what_thousands_of_reports_say_is_what_all_give(monkeypatch: pytest.MonkeyPatch) -> None:
    # A few values count as thousands do: their order is kept up, and only the commonest names are looked at.
    monkeypatch.setattr(counting, "_FEW", 1)
    for module in (names_together, counted):
        monkeypatch.setattr(module, "MOST_NAMES", 2)

    @given(several, st.data())
    def hold(those: list[Proof], data: st.DataObject) -> None:
        tally, counted_now = BaseTally(), list[Proof]()
        for proof in those:
            tally.add(proof)
            counted_now.append(proof)
            assert_same(tally, counted_now)
        gone = data.draw(st.sampled_from(those))
        with contextlib.suppress(LostFirstError):
            tally.remove(gone)
            counted_now.remove(gone)
            if counted_now:
                assert_same(tally, counted_now)

    hold()


@given(several, st.integers(1, 4), st.integers(1, 4))
def test_stories_that_merge_are_one_event(those: list[Proof], into: int, gone: int) -> None:
    if into == gone:
        return
    tally = BaseTally(those)
    tally.merge_stories(into, gone)
    assert_same(tally, [replace(p, story=into) if p.story == gone else p for p in those])


@given(several)
def test_known_repeats_are_those_that_comparing_all_with_all_finds(those: list[Proof]) -> None:
    apart = weights().register.same_days * 0.7
    spread = [replace(p, when=NOON + (p.when - NOON).days * apart) for p in those]
    expected = {
        p.article
        for p in spread
        for other in spread
        if STAGES.index(other.mention.stage) >= STAGES.index(p.mention.stage)
        and (other.story is None or other.story != p.story)
        and p.when - other.when > weights().register.same_days
    }
    assert known_repeats(spread) == expected
