"""Places, marks, moments and lengths as each language of the frame writes them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from importlib.resources import files

import pytest

from alerts.digests.feeds import items_of
from alerts.digests.place_names import place_name
from alerts.digests.wording import FRAMES, words
from crawler.config.values import parse_when
from crawler.judging.places.known_places import country_of


@pytest.mark.parametrize(
    ("english", "names"),
    [
        ("Shenzhen", ("Shenzhen", "Shenzhen", "Thâm Quyến", "เซินเจิ้น", "深圳")),
        ("Nanning", ("Nanning", "Nanning", "Nam Ninh", "หนานหนิง", "南宁")),
        ("Kuala Lumpur", ("Kuala Lumpur", "Kuala Lumpur", "Kuala Lumpur", "กัวลาลัมเปอร์", "吉隆坡")),
        ("Singapore", ("Singapore", "Singapura", "Singapore", "สิงคโปร์", "新加坡")),
        (
            "Ho Chi Minh City",
            ("Ho Chi Minh City", "Kota Ho Chi Minh", "TP. Hồ Chí Minh", "นครโฮจิมินห์", "胡志明市"),
        ),
        ("Vientiane", ("Vientiane", "Vientiane", "Viêng Chăn", "เวียงจันทน์", "万象")),
        ("Phnom Penh", ("Phnom Penh", "Phnom Penh", "Phnom Penh", "พนมเปญ", "金边")),
        ("Jakarta", ("Jakarta", "Jakarta", "Jakarta", "จาการ์ตา", "雅加达")),
        ("Guangxi", ("Guangxi", "Guangxi", "Quảng Tây", "กวางสี", "广西")),
        ("West Java", ("West Java", "Jawa Barat", "Tây Java", "ชวาตะวันตก", "西爪哇")),
        ("Chiang Mai", ("Chiang Mai", "Chiang Mai", "Chiang Mai", "เชียงใหม่", "清迈")),
        ("Foshan", ("Foshan", "Foshan", "Phật Sơn", "ฝอซาน", "佛山")),
        ("Nowhere", ("Nowhere",) * 5),
    ],
)
def test_a_place_has_its_name_in_each_language(english: str, names: tuple[str, ...]) -> None:
    assert tuple(place_name(english, language) for language in FRAMES) == names


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", ["Shenzhen (China)", "Singapore", "Pingxiang (Jiangxi, China)", "Pingxiang (China)"]),
        ("id", ["Shenzhen (Tiongkok)", "Singapura", "Pingxiang (Jiangxi, Tiongkok)", "Pingxiang (Tiongkok)"]),
        (
            "vi",
            [
                "Thâm Quyến (Trung Quốc)",
                "Singapore",
                "Pingxiang (Giang Tây, Trung Quốc)",
                "Bằng Tường (Trung Quốc)",
            ],
        ),
        ("th", ["เซินเจิ้น (จีน)", "สิงคโปร์", "Pingxiang (เจียงซี จีน)", "ผิงเสียง (จีน)"]),
        ("zh", ["深圳（中国）", "新加坡", "萍乡（江西、中国）", "凭祥（中国）"]),
    ],
)
def test_a_place_stands_with_its_country_and_of_namesakes_with_its_province(
    language: str, shown: list[str]
) -> None:
    say = words(language)
    names = ["Shenzhen", "Singapore", "Pingxiang, Jiangxi", "Pingxiang"]
    assert [say.place(name) for name in names] == shown


def test_every_name_is_of_a_place_that_the_gazetteer_has_and_no_name_brings_brackets() -> None:
    table = json.loads(files("alerts").joinpath("locale", "places.json").read_text(encoding="utf-8"))
    assert set(table) == set(FRAMES)
    for names in table.values():
        assert not [e for e, name in names.items() if name == e or any(mark in name for mark in "()（）,;")]
    assert len([e for e in table["zh"] if country_of(e) == "CN"]) > 500


@pytest.mark.parametrize(
    ("language", "countries"),
    [
        ("en", "Hong Kong, Macao, Myanmar, Laos"),
        ("id", "Hong Kong, Makau, Myanmar, Laos"),
        ("vi", "Hồng Kông, Ma Cao, Myanmar, Lào"),
        ("th", "ฮ่องกง มาเก๊า เมียนมา ลาว"),
        ("zh", "香港、澳门、缅甸、老挝"),
    ],
)
def test_countries_are_named_as_news_names_them(language: str, countries: str) -> None:
    say = words(language)
    assert say.joined(map(say.country, ("HK", "MO", "MM", "LA"))) == countries


def test_no_bracket_stands_in_another() -> None:
    assert words("zh").bracketed("示范基地", "（规划）") == "示范基地（规划）"
    assert words("en").bracketed("Base", "(planned)", "") == "Base (planned)"
    assert words("en").bracketed("Base", "") == "Base"
    assert words("vi").bracketed("", "x") == "(x)"


@pytest.mark.parametrize(
    ("language", "instant", "daily", "weekly"),
    [
        ("en", "at once", "every day at 20:00", "every Friday at 07:30"),
        ("id", "seketika", "setiap hari pukul 20.00", "setiap Jumat pukul 07.30"),
        ("vi", "ngay lập tức", "hằng ngày lúc 20:00", "thứ Sáu hằng tuần lúc 07:30"),
        ("th", "ทันที", "ทุกวัน 20:00 น.", "ทุกวันศุกร์ 07:30 น."),
        ("zh", "即时", "每天 20:00", "每周五 07:30"),
    ],
)
def test_rhythms_are_said_in_words(language: str, instant: str, daily: str, weekly: str) -> None:
    say = words(language)
    rhythms = [say.rhythm(parse_when(w)) for w in ("instant", "daily 20:00", "weekly fri 07:30")]
    assert rhythms == [instant, daily, weekly]


@pytest.mark.parametrize(
    ("language", "moment", "length", "number", "share"),
    [
        ("en", "28 Nov 2025 21:40", "14 min 52 sec", "1,234.50", "95%"),
        ("id", "28 Nov 2025 21.40", "14 menit 52 detik", "1.234,50", "95%"),
        ("vi", "21:40 28/11/2025", "14 phút 52 giây", "1.234,50", "95%"),
        ("th", "28 พ.ย. 2568 21:40", "14 นาที 52 วินาที", "1,234.50", "95%"),
        ("zh", "2025年11月28日 21:40", "14分钟52秒", "1,234.50", "95%"),
    ],
)
def test_moments_lengths_and_numbers_follow_the_language(
    language: str, moment: str, length: str, number: str, share: str
) -> None:
    say = words(language)
    assert say.moment(datetime(2025, 11, 28, 21, 40, tzinfo=UTC)) == moment
    assert say.length(892) == length
    assert (say.number(1234.5, 2), say.percent(0.95)) == (number, share)


@pytest.mark.parametrize("language", FRAMES)
def test_every_length_of_time_is_in_one_language(language: str) -> None:
    english = {"sec", "min", "hr", "day", "days", "second", "minute", "minutes", "hour", "hours"}
    for seconds in (1, 61, 3_661, 90_061, 200_000):
        shown = set(words(language).length(seconds).split())
        assert language == "en" or not shown & english


def test_an_entry_of_a_feed_speaks_the_readers_language() -> None:
    best = {"title": "t", "outlet": "o", "url": "https://o.example/1", "lang": "zh"}
    story = {
        "key": "base:b", "base": "b", "best": best, "snippet": [], "topics": [], "why": [],
        "others": [best | {"lang": "en"}],
    }  # fmt: skip
    base = {
        "key": "b", "name": "创新基地", "stage": "launched", "cities": ["Shenzhen", "Singapore"], "sentence": "启动。",
    }  # fmt: skip
    content = {
        "subscription": "desk",
        "language": "zh",
        "end": "2025-11-28",
        "bases": [base],
        "stories": [story],
    }
    (entry,) = items_of(content, "example.org")
    assert entry["title"] == "创新基地：启动（深圳、新加坡）"
    assert "o（英语）：https://o.example/1" in entry["content_text"]


@pytest.mark.parametrize(
    ("language", "long_day", "month"),
    [
        ("en", "Fri 28 Nov 2025", "November 2025"),
        ("id", "Jum, 28 Nov 2025", "November 2025"),
        ("vi", "Th 6, 28/11/2025", "tháng 11 năm 2025"),
        ("th", "วันศุกร์ 28 พ.ย. 2568", "พฤศจิกายน 2568"),
        ("zh", "2025年11月28日周五", "2025年11月"),
    ],
)
def test_days_with_their_weekday_and_months_follow_the_language(
    language: str, long_day: str, month: str
) -> None:
    say = words(language)
    assert (say.long_day(date(2025, 11, 28)), say.month(date(2025, 11, 1))) == (long_day, month)


def test_a_place_within_brackets_is_its_name_alone() -> None:
    assert words("zh").bare_place("Pingxiang, Jiangxi") == "萍乡"
    assert words("vi").bare_place("Shenzhen") == "Thâm Quyến"
