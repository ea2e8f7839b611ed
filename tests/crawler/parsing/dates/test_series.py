"""What one date leaves open, the others of its answer tell; what nothing tells is no date."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parsing.dates.context import Origin
from crawler.parsing.dates.series import read_dates
from crawler.parsing.dates.verdict import Doubt
from tests.crawler.parsing.dates.forms import ASKED


def days(*texts: str, country: str | None = None, lang: str | None = None) -> list[str | None]:
    verdicts = read_dates(texts, Origin(lang=lang, country=country).context(ASKED))
    return [f"{v.moment:%m-%d}" if v.moment else None for v in verdicts]


def test_a_day_above_twelve_tells_the_order_of_all() -> None:
    assert days("05/11/2026", "26/10/2026", "04/03/2026") == ["11-05", "10-26", "03-04"]
    assert days("05/11/2026", "10/26/2026", "04/03/2026") == ["05-11", "10-26", "04-03"]


def test_what_the_answer_says_counts_before_the_custom_of_the_country() -> None:
    assert days("05/11/2026", "10/26/2026", country="ID") == ["05-11", "10-26"]


def test_a_weekday_tells_the_order_of_all() -> None:
    assert days("Thu 05/11/2026 09:20", "04/11/2026 09:20") == ["11-05", "11-04"]


def test_contradicting_dates_tell_nothing_of_the_others() -> None:
    assert days("26/11/2026", "11/26/2026", "05/11/2026") == ["11-26", "11-26", None]


def test_forms_are_told_apart_by_their_signs() -> None:
    assert days("26/11/2026", "05/11/2026", "10-26-2026", "05-10-2026") == [
        "11-26",
        "11-05",
        "10-26",
        "05-10",
    ]
    assert days("26/11/2026", "05-11-2026") == ["11-26", "11-05"]


def test_nothing_was_published_in_the_future() -> None:
    assert days("08/12/2026", "05/10/2026") == ["08-12", "05-10"]
    assert days("08/12/2026", country="ID") == [None], "the custom says that it is to come"
    assert days("08/12/2026", "12/08/2026") == [None, None]


def test_a_list_that_goes_down_by_one_order_alone_tells_it() -> None:
    assert days("09/11/2026", "02/11/2026", "10/10/2026", "06/10/2026") == [
        "11-09",
        "11-02",
        "10-10",
        "10-06",
    ]
    assert days("09/11/2026", "02/11/2026") == [None, None]


def test_an_address_tells_the_order_of_all() -> None:
    hints = {0: date(2026, 11, 5)}
    verdicts = read_dates(["05/11/2026", "03/02/2026"], Origin().context(ASKED), hints.get)
    assert [f"{v.moment:%m-%d}" for v in verdicts if v.moment] == ["11-05", "02-03"]


def test_the_custom_of_the_source_is_the_last_resort_and_leaves_a_doubt() -> None:
    for origin in (Origin(country="VN"), Origin(lang="th"), Origin(url="https://news.example.co.id/rss")):
        (verdict,) = read_dates(["05/11/2026"], origin.context(ASKED))
        assert verdict.moment is not None
        assert (f"{verdict.moment:%m-%d}", verdict.doubts) == ("11-05", (Doubt.CUSTOM,))
    assert days("05/11/2026", country="US", lang="en") == ["05-11"]
    assert days("05/11/2026", country="CN", lang="en") == [None]
    assert days("05/11/2026", lang="en") == [None]


@pytest.mark.parametrize(
    ("origin", "zone"),
    [
        (Origin(timezone="Asia/Makassar", country="ID"), "Asia/Makassar"),
        (Origin(country="ID"), "Asia/Jakarta"),
        (Origin(country="CN", lang="en"), "Asia/Shanghai"),
        (Origin(lang="vi"), "Asia/Ho_Chi_Minh"),
        (Origin(url="https://www.outlet.com.my/rss", lang="en"), "Asia/Kuala_Lumpur"),
        (Origin(url="https://outlet.la/rss", lang="en"), None),
        (Origin(country="ASEAN", lang="en"), None),
        (Origin(country="US"), None),
        (Origin(lang="en"), None),
    ],
)
def test_a_source_has_the_zone_of_its_country_where_that_has_one(origin: Origin, zone: str | None) -> None:
    assert origin.context(ASKED).zone == zone


def test_the_language_that_an_answer_claims_counts_only_where_nothing_else_is_known() -> None:
    assert Origin().context(ASKED, claimed="zh-CN").zone == "Asia/Shanghai"
    assert Origin(lang="th").context(ASKED, claimed="en-US").zone == "Asia/Bangkok"


@given(
    st.lists(
        st.text(max_size=60) | st.from_regex(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}( \d\d:\d\d)?"), max_size=6
    )
)
def test_any_texts_give_a_verdict_each_and_never_a_day_to_come(texts: list[str]) -> None:
    verdicts = read_dates(texts, Origin(country="ID").context(ASKED, is_list=True))
    assert len(verdicts) == len(texts)
    for verdict in verdicts:
        assert (verdict.moment is None) == bool(verdict.problem)
        assert verdict.moment is None or (verdict.moment - ASKED).days < 1
