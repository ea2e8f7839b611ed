"""Reports of one event come together across languages; those of different events stay apart."""

from __future__ import annotations

from datetime import timedelta

from crawler.judging.stories import Report, Window
from tests.builders import NOON, article, later, shipped_judge


def report(article: int, features: str, *, lang: str = "en", words: str = "", story: int = 0, **more: object) -> Report:
    values: dict[str, object] = {"when": NOON, "partners": frozenset()} | more
    own = frozenset(f"w:{w}" for w in words.split())
    return Report(article, story or article, lang, features=frozenset(features.split()), words=own, **values)  # type: ignore[arg-type]


def window(*reports: Report) -> Window:
    made = Window(timedelta(days=5))
    for one in reports:
        made.add(one)
    return made


FOUNDING = "p:Shenzhen p:Guangzhou p:Singapore n:1000 b:base-base c:CN"


def test_reports_in_two_languages_join_by_places_and_numbers() -> None:
    placed = window(report(1, FOUNDING)).place(report(2, FOUNDING + " n:20", lang="zh"))
    assert placed.story == 1
    assert "p:Shenzhen" in placed.shared


def test_one_shared_capital_is_not_enough_across_languages() -> None:
    assert window(report(1, "p:Beijing c:CN t:trade")).place(report(2, "p:Beijing c:CN t:health", lang="vi")).story is None


def test_a_report_outside_the_window_begins_a_new_story() -> None:
    old = window(report(1, FOUNDING))
    assert old.place(report(2, FOUNDING, when=later(days=4))).story == 1
    assert old.place(report(2, FOUNDING, when=later(days=6))).story is None


def test_reports_about_different_partners_stay_apart() -> None:
    one = report(1, FOUNDING, partners=frozenset({"VN"}))
    assert window(one).place(report(2, FOUNDING, lang="zh", partners=frozenset({"TH"}))).story is None


def test_common_features_weigh_less_than_rare_ones() -> None:
    many = window(*(report(i, "p:Beijing p:Xiamen" if i == 7 else "p:Beijing") for i in range(1, 30)))
    assert many.weight("p:Xiamen") > 2 * many.weight("p:Beijing")


def test_removing_a_report_takes_it_out_of_everything() -> None:
    made = window(report(1, FOUNDING))
    made.remove(1)
    assert made.place(report(2, FOUNDING, lang="zh")).story is None
    assert not made.counts["p:Shenzhen"]


def test_words_that_every_report_of_cooperation_has_join_nothing() -> None:
    one = article("Vietnam and China sign agreement on railway cooperation", "The two countries signed on Monday in Hanoi.")
    other = article("Vietnam and China sign agreement on durian cooperation", "The two countries signed on Monday in Hanoi.")
    words = [{w for w in shipped_judge().read(a).anchors.words} for a in (one, other)]
    assert "w:railway" in words[0] and "w:durian" in words[1]
    assert not {"w:vietnam", "w:china", "w:agreement", "w:cooperation"} & (words[0] | words[1])
