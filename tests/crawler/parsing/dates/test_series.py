"""What one date leaves open, the others of its answer tell; what nothing tells is no date."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parsing.dates.context import Origin
from crawler.parsing.dates.series import read_dates, read_either
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


def polled(*texts: str, asked: str, country: str, hint: date | None = None) -> list[str | None]:
    moment = datetime.fromisoformat(f"{asked}T12:00:00+00:00")
    verdicts = read_either([(t,) for t in texts], Origin(country=country).context(moment), lambda _: hint)
    return [f"{v.moment:%Y-%m-%d}" if v.moment else None for v in verdicts]


@pytest.mark.parametrize("country", ["VN", "SG", "ID", "TH", "MY"])
@pytest.mark.parametrize(
    ("texts", "first"),
    [
        (["11/05/2026", "11/05/2026", "11/04/2026", "11/03/2026"], "2026-11-05"), (["11/05/2026"], "2026-11-05"),
        (["11-04-2026", "10-09-2026"], "2026-11-04"), (["04/11/2026", "03/10/2026"], "2026-11-04"),
    ],
)  # fmt: skip
def test_the_newest_of_a_feed_is_not_months_old_where_it_can_be_of_this_week(
    texts: list[str], first: str, country: str
) -> None:
    assert polled(*texts, asked="2026-11-05", country=country)[0] == first


def test_days_in_a_row_are_likelier_than_one_day_of_each_month() -> None:
    months_first = ["11/10/2026", "11/09/2026", "11/08/2026", "11/07/2026"]
    assert polled(*months_first, asked="2026-11-27", country="SG")[0] == "2026-11-10"
    monthly = ["05/11/2026", "05/10/2026", "05/09/2026"]
    assert polled(*monthly, asked="2026-11-06", country="SG") == ["2026-11-05", "2026-10-05", "2026-09-05"]


def test_the_day_of_an_address_or_the_one_beside_it_tells_the_order() -> None:
    for day in (date(2026, 8, 5), date(2026, 8, 4)):
        assert polled("08/05/2026", asked="2026-11-27", country="VN", hint=day) == ["2026-08-05"]


@pytest.mark.parametrize("country", ["VN", "TH", "SG", "ID"])
@pytest.mark.parametrize("texts", [["26-11-09"], ["26-11-09", "26-11-08", "26-11-05"]])
def test_years_of_two_digits_before_the_month_are_not_taken_for_days(texts: list[str], country: str) -> None:
    assert polled(*texts, asked="2026-11-27", country=country)[0] == "2026-11-09"


@pytest.mark.parametrize(
    "text",
    [
        "週四, 26 11 月 2026 14:05:00 +0800", "周四, 26 11月 2026 14:05:00 +0800", "星期四, 26 十一月 2026 14:05:00 +0800",
        "T5, 26 11 2026 13:05:00 +0700", "ព្រ, 26 វិច្ឆិកា 2026 13:05:00 +0700", "ພຫ, 26 ພ.ຈ. 2026 13:05:00 +0700",
        "ကြာသပတေး, 26 နိုဝင်ဘာ 2026 12:35:00 +0630", "Kha, 26 Nov 2026 14:05:00 +0800",
    ],
)  # fmt: skip
def test_the_standard_form_is_read_with_the_names_of_any_language(text: str) -> None:
    (verdict,) = read_dates([text], Origin().context(datetime(2026, 11, 27, tzinfo=UTC)))
    assert verdict.moment == datetime(2026, 11, 26, 6, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("២៦ វិច្ឆិកា ព.ស. ២៥៧០", "2026-11-26"), ("២៦ មេសា ព.ស. ២៥៦៩", "2026-04-26"), ("១ មិថុនា ព.ស. ២៥៧០", "2026-06-01"),
        ("២ មករា ព.ស. ២៥៦៩", "2026-01-02"),
    ],
)  # fmt: skip
def test_the_buddhist_year_of_cambodia_begins_in_may(text: str, day: str) -> None:
    assert polled(text, asked="2026-11-27", country="KH") == [day]
