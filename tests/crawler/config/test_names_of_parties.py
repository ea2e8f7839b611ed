"""Names by which news calls the parties of any desk: abbreviations, short names, groups within a region, and words for new bases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from babel.languages import get_official_languages

from crawler.judging.queries.query import QueryError, parse
from crawler.judging.territories import groups, is_country, names_of_territories, regions
from crawler.runtime.data_tables import table
from tests.crawler.config.test_parties_config import judge_for, news, settings_for

MANY = "US,GB,AE,CD,ZA:RU,IN,DE,FR,BR,MX,EG,KR,JP"
"""A desk on whose two sides the parties of nearly all pairs are: to make a desk takes most of a test's time."""


def on_one_desk(rows: Iterable[tuple[str, ...]]) -> list[Any]:
    """Rows that begin with a pair, on the desk of many; each on a desk of its own is left to ``make long``."""
    ours, theirs = (set(side.split(",")) for side in MANY.split(":"))
    found: list[Any] = []
    for pair, *others in rows:
        is_there = len({*pair.split(":")} & ours) == len({*pair.split(":")} & theirs) == 1
        if is_there:
            found.append((MANY, *others))
        found.append(pytest.param(pair, *others, marks=pytest.mark.long if is_there else ()))
    return found


ABBREVIATED = [
    ("US:RU", "en", "US and Russia sign cooperation agreement"),
    ("RU:US", "en", "US and Russia sign cooperation agreement"),
    ("US:RU", "en", "USA and Russia sign cooperation agreement"),
    ("GB:IN", "en", "UK and India sign cooperation agreement"),
    ("AE:IN", "en", "UAE and India sign cooperation agreement"),
    ("AE:DE", "de", "VAE und Deutschland unterzeichnen Kooperationsabkommen"),
    ("CD:FR", "fr", "La RDC et la France signent un accord de coopération"),
    ("US:BR", "pt", "EUA e Brasil assinam acordo de cooperação"),
    ("ZA:IN", "en", "RSA and India sign cooperation agreement"),
    ("EU:419", "en", "EU and Chile sign cooperation agreement"),
]


@pytest.mark.parametrize(("pair", "lang", "title"), on_one_desk(ABBREVIATED))
def test_abbreviations_name_either_side(pair: str, lang: str, title: str) -> None:
    assert judge_for(pair).classify(news(title, f"{title}.")).relevance.relevant


@pytest.mark.parametrize("code", sorted([*groups(), *regions(), "IN", "ASEAN"]))
def test_queries_ask_for_groups_and_regions(code: str) -> None:
    for written in (code, code.lower()):
        assert parse(f"railway AND country:{written}").children[1].value == f"country:{code}"


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("Africa", "write country:002"),
        ("Mercosul", "write country:MERCOSUR"),
        ("Thailand", "write country:TH"),
        ("xyzzyq", "or a group or region such as"),
        ("002,GCC", r"write \(country:002 OR country:GCC\)"),
    ],
)
def test_what_is_no_country_group_or_region_is_refused(written: str, why: str) -> None:
    with pytest.raises(QueryError, match=why):
        parse(f"railway AND country:{written}")


@pytest.mark.parametrize(
    ("pair", "title", "is_relevant"),
    [
        ("EU:419", "EU and Mercosur sign cooperation agreement", True),
        ("CN:002", "China and ECOWAS sign cooperation agreement", True),
        ("CN:002", "China and SADC sign cooperation agreement", True),
        ("CN:002", "China and West Africa agree on rail cooperation", True),
        ("KZ,KG,TJ,TM,UZ:KR", "South Korea and Central Asia sign cooperation agreement", True),
        ("CN:002", "China and Mercosur sign cooperation agreement", False),
        ("CN:002", "Mercosur and ECOWAS sign cooperation agreement", False),
    ],
)
def test_groups_within_a_side_are_of_it(pair: str, title: str, is_relevant: bool) -> None:
    assert judge_for(pair).classify(news(title, f"{title}.")).relevance.relevant is is_relevant


SHORT_NAMES = [
    ("IN:GB", "भारत और ब्रिटेन ने सहयोग समझौते पर हस्ताक्षर किए"),
    ("IN:US", "भारत और अमेरिका ने सहयोग समझौते पर हस्ताक्षर किए"),
    ("IN:AE", "भारत और यूएई ने सहयोग समझौते पर हस्ताक्षर किए"),
    ("US:IN", "India and America sign cooperation agreement"),
    ("CD:IN", "India and the Democratic Republic of the Congo sign cooperation agreement"),
    ("US:FR", "La France et les USA signent un accord de coopération"),
    ("CD:FR", "La France et la RD Congo signent un accord de coopération"),
    ("FR:AE", "La France et les Émirats signent un accord de coopération"),
    ("US:MX", "EE UU y México firman un acuerdo de cooperación"),
    ("US:MX", "EE.UU. y México firman un acuerdo de cooperación"),
    ("DE:AE", "Deutschland und die Emirate unterzeichnen Kooperationsabkommen"),
    ("CD:DE", "Deutschland und die DR Kongo unterzeichnen Abkommen zur Zusammenarbeit"),
    ("BR:US", "Brasil e EUA assinam acordo de cooperação"),
    ("EG:GB", "مصر وبريطانيا توقعان اتفاقية تعاون"),
    ("EG:US", "مصر وأمريكا توقعان اتفاقية تعاون"),
    ("KR:AE", "한국·UAE 협력 협정 체결"),
    ("KR:ZA", "한국과 남아공 협력 협정 체결"),
    ("RU:CD", "Россия и ДР Конго подписали соглашение о сотрудничестве"),
    ("JP:ZA", "日本と南ア、協力協定に署名"),
]


@pytest.mark.parametrize(("pair", "title"), on_one_desk(SHORT_NAMES))
def test_short_names_of_large_countries_are_known(pair: str, title: str) -> None:
    assert judge_for(pair).classify(news(title, f"{title}.")).relevance.relevant


@pytest.mark.parametrize(
    ("pair", "title"),
    [
        ("US,CG:CN,IN,FR", "China and Latin America sign cooperation agreement"),
        ("US,CG:CN,IN,FR", "India and the Democratic Republic of the Congo sign cooperation agreement"),
        ("US,CG:CN,IN,FR", "La France et la RD Congo signent un accord de coopération"),
    ],
)
def test_longer_names_are_of_another_country(pair: str, title: str) -> None:
    assert not judge_for(pair).classify(news(title, f"{title}.")).relevance.relevant


@pytest.mark.parametrize(
    ("pair", "title"),
    [
        ("KR,EG:VN,UZ,IN", "한국·베트남 공동연구센터 개소"),
        ("KR,EG:VN,UZ,IN", "한국과 베트남, 하노이에 직업훈련센터 설립"),
        ("KR,EG:VN,UZ,IN", "한국·우즈베키스탄 기술협력센터 문 열어"),
        ("KR,EG:VN,UZ,IN", "مصر والهند تفتتحان مركزا مشتركا"),
        ("KR,EG:VN,UZ,IN", "مصر والهند تدشنان مركزا للتدريب"),
        ("KR,EG:VN,UZ,IN", "مصر والهند تؤسسان معهدا مشتركا للطاقة"),
        ("KR,EG:VN,UZ,IN", "الهند تفتتح مختبرا مشتركا في مصر"),
    ],
)
def test_new_bases_are_seen_in_korean_and_arabic(pair: str, title: str) -> None:
    found = judge_for(pair).classify(news(title, f"{title}."))
    assert [base for base in found.bases if base.is_new]


LANGUAGES_OF_DESKS = sorted(table("further_terms.yaml"))


def _first_country(lang: str) -> str:
    """A country that has a language as its official one."""
    countries = (c for c in sorted(names_of_territories()["en"]) if is_country(c) and c != "NZ")
    return next(c for c in countries if lang in get_official_languages(c, de_facto=True))


@pytest.mark.parametrize(
    "languages",
    [LANGUAGES_OF_DESKS, *(pytest.param([lang], marks=pytest.mark.long) for lang in LANGUAGES_OF_DESKS)],
    ids=",".join,
)
def test_a_desk_of_each_language_with_words_of_its_own_is_without_warnings(languages: list[str]) -> None:
    countries = ",".join(dict.fromkeys(map(_first_country, languages)))
    made = settings_for(f"{countries}:NZ")  # what is doubtful in it fails there
    spoken = {lang for by_language in made.rules().terms.values() for lang in by_language.spellings}
    assert spoken >= set(languages)
