"""What readers and operators of other parties see: names, filters and the map follow the parties."""

from __future__ import annotations

import re

import pytest

from alerts.digests.wording import words
from alerts.selection.subscription_index import SubscriptionIndex
from alerts.selection.views import ReportView, StoryView
from alerts.web.console.maps import MapPoint, region
from alerts.web.preferences import outlet_countries
from crawler.config.settings import Settings, Subscription
from crawler.judging.parties import CHINA_ASEAN
from crawler.judging.places.concerned import concerned, names_one_of
from crawler.judging.territories import parties
from tests.builders import NOON, shipped

INDIA_AFRICA = parties(["India"], ["Africa"])


@pytest.mark.parametrize(
    ("lang", "shipped_pair", "other"),
    [("en", "China–ASEAN", "India–Africa"), ("id", "Tiongkok–ASEAN", "India–Afrika"), ("vi", "Trung Quốc–ASEAN", "Ấn Độ–Châu Phi"),
     ("th", "จีน–อาเซียน", "อินเดีย–แอฟริกา"), ("zh", "中国—东盟", "印度—非洲")],
)  # fmt: skip
def test_the_frame_names_the_parties(lang: str, shipped_pair: str, other: str) -> None:
    say = words(lang)
    assert (say.pair_of(CHINA_ASEAN), say.pair_of(INDIA_AFRICA)) == (shipped_pair, other)
    for between, pair in ((CHINA_ASEAN, shipped_pair), (INDIA_AFRICA, other)):
        said = say.gettext("News of %(pair)s cooperation", pair=say.pair_of(between))
        assert pair in said


def test_several_countries_of_a_side_are_all_named() -> None:
    assert words("en").pair_of(parties(["JP", "KR"], ["ASEAN"])) == "Japan/South Korea–ASEAN"
    assert words("en").pair_of(parties(["CN", "HK", "MO"], ["EU"])) == "China–European Union"


def test_a_group_or_region_asks_for_any_of_its_countries() -> None:
    named = frozenset({"IN", "KE"})
    assert names_one_of(("002",), named)
    assert names_one_of(("EAC",), named)
    assert names_one_of(("KE",), named)
    assert not names_one_of(("ECOWAS", "NG"), named)


def test_what_concerns_all_concerns_each_country_of_their_side() -> None:
    every = concerned([frozenset({"IN"})], INDIA_AFRICA, as_a_whole=True)
    assert every >= {"KE", "NG", "002"}
    assert "IN" not in every
    assert concerned([frozenset({"IN", "KE", "TZ"})], INDIA_AFRICA, as_a_whole=False) == {"KE", "TZ"}


def test_subscriptions_to_groups_are_candidates() -> None:
    wanted = [
        Subscription(name=name, channel="archive", countries=codes, topics=())
        for name, codes in (("east", ("EAC",)), ("west", ("ECOWAS",)), ("all", ("002",)), ("one", ("KE",)))
    ]
    report = ReportView(
        article=1,
        source="s",
        lang="en",
        countries=frozenset({"IN", "KE"}),
        topics={"trade": 1.0},
        first_seen=NOON,
        is_duplicate=False,
        age=NOON - NOON,
        also=frozenset(),
    )
    found = SubscriptionIndex(wanted).candidates(StoryView(1, (report,)))
    assert [wanted[i].name for i in found] == ["east", "all", "one"]


def test_outlets_are_offered_from_the_countries_of_the_parties() -> None:
    assert outlet_countries(shipped())[:5] == ("CN", "HK", "MO", "TW", "BN")
    other = Settings.model_validate(
        {
            "sources": [s.model_dump(by_alias=True) for s in shipped().sources[:1]],
            "topics": {"a": {"query": "x"}},
            "parties": {"ours": "India", "theirs": ["KE", "TZ"]},
        }
    )
    assert outlet_countries(other)[:3] == ("IN", "KE", "TZ")


def test_the_map_shows_places_of_the_parties() -> None:
    points = [MapPoint("Nairobi", 36.8, -1.3, 2, "two", "/a"), MapPoint("Accra", -0.2, 5.6, 1, "one", "/b")]
    drawn = str(region(points, "Map", parties=INDIA_AFRICA))
    assert "Nairobi" in drawn
    assert "Accra" in drawn
    assert len(re.findall(r'class="land" d="M', drawn)) == 1
    # The shipped region does not reach so far west.
    assert "Accra" not in str(region(points, "Map"))
