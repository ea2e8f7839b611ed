from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from crawler.judging.features import FeatureKind, feature
from crawler.judging.stories.grouping import _SCALES, Window
from crawler.judging.stories.likeness import Report
from crawler.store.active_stories import report_of
from tests.builders import article, shipped, shipped_judge
from tests.newsroom.news import items

NOON = datetime(2025, 11, 28, 12, tzinfo=UTC)
FOUNDING = "p:Shenzhen p:Guangzhou p:Singapore n:1000 n:20 d:2025-11-28 k:innovation k:base b:base c:CN c:SG"


def report(
    number: int,
    anchors: str,
    *,
    lang: str = "en",
    words: str = "",
    story: int = 0,
    days: float = 0,
    dated: bool = True,
) -> Report:
    own = frozenset(f"w:{w}" for w in words.split())
    features = frozenset(a.replace("_", " ") for a in anchors.split())
    return Report(number, story or number, lang, NOON + timedelta(days=days), features, own, dated)


def window(*reports: Report) -> Window:
    made = Window(timedelta(days=5))
    for one in reports:
        made.add(one)
    return made


def test_reports_in_two_languages_join_by_places_numbers_and_days() -> None:
    placed = window(report(1, FOUNDING)).place(report(2, FOUNDING, lang="zh"))
    assert placed.story == 1
    assert placed.score > 0.9
    assert "n:1000" in placed.shared


def test_one_shared_capital_is_not_enough() -> None:
    assert (
        window(report(1, "p:Beijing c:CN t:trade"))
        .place(report(2, "p:Beijing c:CN t:health", lang="vi"))
        .story
        is None
    )


def test_a_report_outside_the_window_begins_a_new_story() -> None:
    old = window(report(1, FOUNDING))
    assert old.place(report(2, FOUNDING, days=4)).story == 1
    assert old.place(report(2, FOUNDING, days=6)).story is None


def test_an_edition_of_a_series_is_looked_forward_to_and_back_on_for_weeks() -> None:
    expo = "e:China-ASEAN_Expo#22 x:China-ASEAN_Expo p:Nanning k:expo c:CN"
    old = window(report(1, expo))
    assert old.place(report(2, expo, lang="lo", days=-17)).story == 1
    assert old.place(report(2, expo, lang="lo", days=40)).story is None


def test_the_next_edition_of_a_series_is_another_event() -> None:
    common = " x:China-ASEAN_Expo x:Han_Zheng p:Nanning p:Guangxi k:expo k:ai c:CN c:MY n:3200"
    one = window(report(1, "e:China-ASEAN_Expo#21" + common))
    assert one.place(report(2, "e:China-ASEAN_Expo#22" + common, lang="zh")).story is None
    assert one.place(report(2, "e:China-ASEAN_Expo#21" + common, lang="zh")).story == 1


def test_talks_with_another_country_are_another_event() -> None:
    talks = "x:Li_Qiang k:talks p:Kuala_Lumpur d:2025-11-28 c:CN "
    one = window(report(1, talks + "c:VN x:Pham_Minh_Chinh"))
    assert one.place(report(2, talks + "c:TH x:Anutin_Charnvirakul", lang="zh")).story is None


ONE_DAY = "k:railway d:2025-11-28 n:41 c:CN c:VN p:Hanoi"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("h:Pinglu_Canal x:Pinglu_Canal", "h:East_Coast_Rail_Link x:East_Coast_Rail_Link"),
        ("h:Wang_Yi x:Wang_Yi", "h:Luhut x:Luhut"),
        ("x:Pinglu_Canal", "x:Boao_Forum"),
    ],
)
def test_reports_with_a_subject_of_their_own_each_are_two_events(one: str, other: str) -> None:
    before = window(report(1, f"{ONE_DAY} {one}"))
    assert before.place(report(2, f"{ONE_DAY} {one}", lang="zh")).story == 1
    assert before.place(report(2, f"{ONE_DAY} {other}", lang="zh")).story is None


def test_a_subject_that_one_report_alone_names_is_no_other_event() -> None:
    before = window(report(1, f"{ONE_DAY} h:Wang_Yi x:Wang_Yi x:Pinglu_Canal p:Vinh"))
    assert before.place(report(2, ONE_DAY, lang="zh")).story == 1


def test_places_that_nothing_else_ties_speak_against_one_event() -> None:
    one = report(1, f"{ONE_DAY} p:Vinh")
    same, other = (window(one).place(report(2, f"{ONE_DAY} p:{city}", lang="zh")) for city in ("Vinh", "Hue"))
    assert same.score > other.score


def test_a_report_without_a_date_can_join_a_story_of_any_day_that_is_looked_at() -> None:
    old = window(report(1, FOUNDING))
    assert old.place(report(2, FOUNDING, lang="ar", days=300, dated=False)).story == 1


def test_a_story_s_own_reports_do_not_make_its_anchors_common() -> None:
    many = window(*(report(i, FOUNDING, story=1, days=-1) for i in range(1, 30)))
    apart = window(*(report(i, FOUNDING, days=-1) for i in range(1, 30)))
    day = NOON.date()
    assert many.scale_of(day).rarity("p:Shenzhen") > apart.scale_of(day).rarity("p:Shenzhen") + 1


def test_a_few_stories_of_the_day_make_no_anchor_common() -> None:
    made = window(report(1, "p:Xiamen", days=-1))
    before = made.scale_of(NOON.date()).rarity("p:Xiamen")
    for i in range(2, 4):
        made.add(report(i, "p:Xiamen"))
    assert made.scale_of(NOON.date()).rarity("p:Xiamen") == before


def test_rarities_are_remembered_of_few_days_and_forgotten_with_the_others() -> None:
    made = Window(timedelta(days=5))
    scales = []
    for back in range(_SCALES + 3):
        whole = made.scale_of(NOON.date() - timedelta(days=back))
        scales.append((whole, whole.without(1, 0)))
        for scale in scales[-1]:
            scale.rarity(feature(FeatureKind.PLACE, "Xiamen"))
    remembered = [[scale.rarity.cache_info().currsize for scale in of_day] for of_day in scales]
    assert remembered == [[0, 0]] * 3 + [[1, 1]] * _SCALES
    assert made.scale_of(NOON.date()) is not scales[0][0]
    made.forget(())
    assert not any(scale.rarity.cache_info().currsize for of_day in scales for scale in of_day)


def test_what_most_stories_of_the_day_share_says_little() -> None:
    made = window(*(report(i, f"k:opening n:{i}") for i in range(2, 60)))
    scale = made.scale_of(NOON.date())
    assert scale.rarity("k:opening") < 0.5
    assert scale.rarity("n:2") > 3


@pytest.mark.parametrize("others", [0, 2, 5, 20, 300])
@pytest.mark.parametrize("days", [0, -1], ids=["the same day", "the day before"])
def test_an_event_s_first_report_does_not_make_its_own_anchors_common(others: int, days: int) -> None:
    """Anchors that are just enough for one event join its reports in a quiet store as among many others."""
    borderline = "n:48 d:2025-11-24 c:CN c:LA"
    made = window(*(report(i, f"n:{i} m:name{i} c:CN c:VN", days=-(i % 4)) for i in range(10, 10 + others)))
    made.add(report(1, borderline, days=days))
    assert made.place(report(2, borderline, lang="zh")).story == 1


def test_two_stories_that_become_one_are_counted_once() -> None:
    made = window(
        report(1, FOUNDING, days=-1), report(2, FOUNDING, days=-1, lang="zh"), report(3, "n:7", days=-1)
    )
    made.merge(1, 2)
    one = window(
        report(1, FOUNDING, days=-1),
        report(2, FOUNDING, days=-1, lang="zh", story=1),
        report(3, "n:7", days=-1),
    )
    day = NOON.date()
    assert made.scale_of(day).rarity("p:Shenzhen") == one.scale_of(day).rarity("p:Shenzhen")


BASE = "t:demonstration_base b:base i:{0} k:base k:agriculture k:opening d:2025-11-28 n:120 c:CN c:{1} g:{1} s:{0} p:{0}"


def test_bases_in_two_countries_are_two_stories_however_alike_their_reports_are() -> None:
    one = window(report(1, BASE.format("Khon_Kaen", "TH"), words="training base farmers"))
    assert one.place(report(2, BASE.format("Battambang", "KH"), words="training base farmers")).story is None
    assert one.place(report(3, BASE.format("Khon_Kaen", "TH"), lang="zh")).story == 1


def test_a_report_of_several_bases_makes_no_one_story_of_them() -> None:
    made = window(report(1, BASE.format("Khon_Kaen", "TH")), report(2, BASE.format("Battambang", "KH")))
    round_up = BASE.format("Khon_Kaen", "TH") + " c:KH g:KH s:Battambang p:Battambang i:Battambang"
    placed = made.place(report(3, round_up, lang="zh"))
    assert placed.story in {1, 2}
    assert placed.also == ()
    made.add(report(3, round_up, lang="zh", story=placed.story or 0))
    stories = {
        made.place(report(9, BASE.format(*base), lang="vi")).story
        for base in (("Khon_Kaen", "TH"), ("Battambang", "KH"))
    }
    assert stories == {1, 2}


def test_a_report_that_is_like_two_stories_that_are_like_each_other_makes_them_one() -> None:
    half = "p:Shenzhen p:Guangzhou k:innovation k:base c:CN c:SG "
    made = window(
        report(1, half + "x:Shi_Zhongjun d:2025-11-28"),
        report(2, half + "n:1000 n:20 d:2025-11-28", lang="id"),
    )
    placed = made.place(report(3, FOUNDING + " x:Shi_Zhongjun", lang="zh"))
    assert {placed.story, *placed.also} == {1, 2}
    made.merge(1, 2)
    assert {r.story for r in made.reports.values()} == {1}


def test_what_an_operator_keeps_apart_is_not_joined() -> None:
    assert window(report(1, FOUNDING)).place(report(2, FOUNDING, lang="zh"), cannot_link={1}).story is None


def test_removing_a_report_takes_it_out_of_everything() -> None:
    made = window(report(1, FOUNDING))
    made.remove(1)
    assert made.place(report(2, FOUNDING, lang="zh")).story is None


def test_words_that_every_report_of_cooperation_has_join_nothing() -> None:
    one = article(
        "Vietnam and China sign agreement on railway cooperation",
        "The two countries signed on Monday in Hanoi.",
    )
    other = article(
        "Vietnam and China sign agreement on durian cooperation",
        "The two countries signed on Monday in Hanoi.",
    )
    words = [{w for w in shipped_judge().classify(a).anchors.words} for a in (one, other)]
    assert "w:railway" in words[0] and "w:durian" in words[1]
    assert not {"w:vietnam", "w:china", "w:agreement", "w:cooperation"} & (words[0] | words[1])


DEAL = (
    "China, Laos sign {} agreement",
    "China and Laos signed {} agreement on Friday at the ministry in Vientiane, officials said.",
)


def read(title: str, text: str, number: int = 0) -> Report:
    one = article(title, text, published=NOON)
    anchors = shipped_judge().classify(one).anchors
    return Report(number, number, "en", NOON, anchors.features, anchors.words)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            tuple(part.format("an education") for part in DEAL),
            tuple(part.format("a health") for part in DEAL),
        ),
        (
            (
                "China-Laos agricultural demonstration base opens in Vientiane",
                "A base for hybrid rice opened in Vientiane on Friday.",
            ),
            (
                "China-Laos solar power demonstration base opens in Vientiane",
                "A solar power base opened in Vientiane on Friday.",
            ),
        ),
        (
            (
                "China-Laos joint laboratory opens in Vientiane",
                "A China-Laos joint laboratory for water opened in Vientiane on Friday.",
            ),
            (
                "China-Laos vocational centre opens in Vientiane",
                "A China-Laos vocational training centre opened in Vientiane on Friday.",
            ),
        ),
    ],
)
def test_what_is_told_in_the_same_words_about_another_field_is_another_event(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert window(read(*one, 1)).place(read(*other)).story is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            (
                "China and Laos launch agricultural demonstration base in Vientiane",
                "It will train 300 technicians in rice planting.",
            ),
            (
                "Rice farmers get training at new Chinese base in Vientiane",
                "A demonstration base was opened by China and Laos in Vientiane on Friday, with investment of 12 million dollars.",
            ),
        ),
        (
            (
                "China-Laos joint laboratory opens in Vientiane",
                "A China-Laos joint laboratory for water opened in Vientiane on Friday.",
            ),
            (
                "Lao, Chinese scientists open water research centre in Vientiane",
                "A joint water laboratory of China and Laos was opened in Vientiane on Friday.",
            ),
        ),
    ],
)
def test_one_base_may_be_told_for_other_things(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert window(read(*one, 1)).place(read(*other)).story == 1


def test_archives_that_come_in_any_order_are_the_same_stories() -> None:
    """In a quiet store two reports are worth a little less to each other than among others: that must not decide."""
    judge, window = shipped_judge(), shipped().stories.window
    found = []
    for number, item in enumerate(items(), 1):
        one = article(
            item.title,
            item.text,
            url=f"https://x.example/{number}",
            published=item.at,
            lang_hint=item.outlet.lang,
        )
        reading = judge.classify(one)
        if reading.relevance.relevant and item.labels["dup_of"] is None:
            found.append(report_of(one, reading, number))
    days = sorted({r.when.date() for r in found})
    groups = set()
    for seed in range(30):
        order = Random(seed).sample(found, len(found))
        # All that is older comes at once, with the first answers
        order.sort(key=lambda r: max(r.when.date(), days[-3]))
        groups.add(_grouped(order, window))
    assert len(groups) == 1


def _grouped(order: Sequence[Report], length: timedelta) -> frozenset[frozenset[int]]:
    """The reports of each story, where they come in an order."""
    made, story_of = Window(length), dict[int, int]()
    for one in order:
        placed = made.place(one)
        story = placed.story or one.article
        made.add(replace(one, story=story))
        story_of[one.article] = story
        for other in placed.also:
            made.merge(story, other)
            story_of |= {a: story for a, s in story_of.items() if s == other}
    return frozenset(
        frozenset(a for a, s in story_of.items() if s == story) for story in set(story_of.values())
    )


SHARED = "n:6543 n:1870 x:Qinghe_Rail d:2025-11-28 c:CN c:TH"


def joined(one: str, other: str) -> bool:
    """Whether reports in two languages with these anchors are one story."""
    return window(report(1, one)).place(report(2, other, lang="zh")).story == 1


def test_two_places_part_reports_unless_one_of_them_names_the_other_place_too() -> None:
    # Outlets place a base at the town where it was agreed on; whoever names both may mean either.
    assert not joined(f"{SHARED} s:Nong_Khai p:Nong_Khai", f"{SHARED} s:Bangkok p:Bangkok")
    assert joined(f"{SHARED} s:Nong_Khai p:Nong_Khai", f"{SHARED} s:Bangkok p:Bangkok p:Nong_Khai")
    # Little else in common is not enough: two bases of one week are told of together.
    few = "d:2025-11-28 k:opening k:laboratory b:laboratory c:CN c:TH"
    assert not joined(f"{few} s:Nong_Khai p:Nong_Khai", f"{few} s:Bangkok p:Bangkok p:Nong_Khai")


def test_talks_with_two_countries_beside_one_fair_are_two_events() -> None:
    talks = "e:China-ASEAN_Expo#22 x:Han_Zheng h:Han_Zheng k:talks d:2025-11-28 p:Nanning c:CN"
    assert not joined(f"{talks} c:VN", f"{talks} c:KH")
    # News at home does not name its own country, but is about it.
    assert not joined(f"{talks} g:VN", f"{talks} c:KH")
    assert joined(f"{talks} c:VN", f"{talks} g:VN")


def test_headlines_about_different_matters_part_two_agreements_of_one_forum_in_two_languages() -> None:
    forum = "k:forum k:agreement d:2025-11-28 p:Bangkok p:Chongqing m:vangthong c:CN c:TH"
    assert joined(forum, forum)
    assert not joined(f"{forum} f:durian k:durian", f"{forum} f:ai k:ai")
    assert joined(f"{forum} f:durian k:durian", f"{forum} f:ai k:ai k:durian")


def test_a_round_number_tells_less_than_an_exact_one() -> None:
    rest = "m:vangthong p:Yulong c:CN c:LA"
    assert joined(f"n:6543 {rest}", f"n:6543 {rest}")
    assert not joined("n:3000 m:vangthong c:CN c:LA", "n:3000 m:vangthong c:CN c:LA")
