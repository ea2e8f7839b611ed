"""Names of places that are a part of somebody's name, or of a newspaper's: Paris Hilton, Mr Jordan, 悉尼·斯威尼, the Washington Post.

News that is lost is worse than one wrong country, so that a place is taken for a name only where something says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from crawler.judging.places.papers import is_paper, is_paper_in_han
from crawler.judging.places.unlisted_papers import is_unlisted_paper, is_unlisted_paper_elsewhere
from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.script import UNSPACED, script_of
from crawler.runtime.data_tables import table

_SETS = ("country_", "places_", "countries_elsewhere")
"""The sets of names of places begin so."""
_REACH = 48
"""Characters on each side in which the rest of a name stands."""
_WORD_BEHIND = re.compile(r"(?:[ \u00a0][A-Z]\.)?[ \u00a0]([A-Z][^\W\d_]*(?:[’'ʻ-][^\W\d_]+)*)")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[ \u00a0](?:[A-Z]\.[ \u00a0])?$")
_FORM_OF_ADDRESS = re.compile(
    r"(?:^|[\s\"“(])(?:M(?:r|rs|s)\b\.?|Dr\b\.?|Sir|Encik|Puan|Datuk|Dato['’]|Bapak|Prof\b\.?)[ \u00a0]$"
)
_FORM_OF_ADDRESS_IN_MALAY = re.compile(r"(?:^|[\s\"“(])(?:Pak|Bu|Ibu|Cik)[ \u00a0]$")
_MALAY = ("id", "ms")
"""In English news "Pak" is Pakistan."""
_CAPITAL = re.compile(r"[ \u00a0][A-Z]")
_NO_NAME = re.compile(
    r"(?:s|ing|ed|ion|ment|ity|ism|ance|ence|ship|port|bank|airways|farmer|trade|rail|railway|group|state|army|navy|police|council|board"
    r"|ministry|embassy|government|university|college|institute|company|deal|pact|visit|talk|summit)$"
)
"""Ends of words that are no family name behind what somebody is: "Director Jordan Airports signs"."""
_STATE_ACTS = re.compile(
    r"[ \u00a0](?:visit|tour\b|trip|talks|summit|deal|meeting|sign|cooperation|ties|relations|agreement|pact|trade\b|treaty|envoy|ambassador|embassy"
    r"|border|ports?\b|railway|exports?\b|imports?\b|government|ministry|parliament)",
    re.IGNORECASE,
)
_WHO_WORKS = re.compile(
    r"(?:^|[\s\"“(])(?:(?:prime )?minister|premier|president|senator|(?:co-)?founder|CEO|[a-z]+(?:ist|ress)|singer|actor|author|writer"
    r"|player|coach|striker|drummer|rapper|model|director|professor|analyst|lawyer|penyanyi|aktor|aktris|pemain|pelatih|pelakon"
    r"|penulis|pengasas|pendiri)[ \u00a0]$",
    re.IGNORECASE,
)
"""Whom a name stands behind, whatever it is."""
_OFFICE_OF_STATE = re.compile(
    r"(?:presiden\w*|président|perdana menteri|menteri[\w ]*|luar negeri|luar|premier|PM|raja|ratu|dubes|duta besar|ministr\w+|primer ministro|presidente|rey|roi|pangulo ng)[ \u00a0]$",
    re.IGNORECASE,
)  # "PM Israel Benjamin Netanyahu": in these languages the state stands before the name
_VIETNAMESE_FAMILY = re.compile(
    r"(?P<start>^|[.:;!?“\"(–—-]\s*|\n)?(?<!\w)(?:(?P<word>Mai|Lê|Ngô|Lý|Vũ|Võ|Đỗ|Đinh|Trần|Bùi|Phan|Hoàng)|Nguyễn|Phạm|Huỳnh|Đặng|Trịnh)[ \u00a0]"
    r"(?P<middle>(?:Văn|Thị)[ \u00a0])?(?:(?:Hữu|Đức|Quang|Minh|Ngọc|Xuân|Thanh)[ \u00a0])?$"
)
"""Family names; those that are a word, too ("mai", "lê", "ngô"), need a middle name at the start of a sentence."""
_VIETNAMESE_GIVEN = frozenset(
    [
        "thái bình",
        "hòa bình",
        "hoà bình",
        "ninh bình",
        "vinh",
        "huế",
        "hà giang",
        "hà nam",
        "hà nội",
        "long an",
        "bình dương",
        "hải dương",
        "vĩnh phúc",
        "bình minh",
    ]
)
"""Towns that people are called, too."""
_VIETNAMESE_PARTS = frozenset(["đức", "anh", "nga", "mỹ", "thái", "pháp", "hà lan"])
"""Countries, as headlines call them, that are a part of names of people, too; Trung Quốc and Việt Nam are none."""
_DOTS = "·・•‧"
_SOUNDS = frozenset(
    "阿埃艾安昂奥巴白班邦贝本比宾波伯布查茨达戴丹德登迪蒂丁东杜多厄恩尔法凡菲费芬弗福富盖冈戈格根古哈海汉赫亨胡华怀惠霍基吉加贾简杰金卡凯坎康考柯科克库夸拉莱赖兰朗劳勒雷里利莉"
    "丽廉林琳龙隆卢鲁伦罗洛马迈麦曼梅门蒙米密明莫姆穆纳奈南内尼妮宁纽农努诺欧帕派潘佩彭皮平珀普奇齐恰乔琼丘让热荣茹瑞萨塞赛桑瑟森沙莎山尚舍申圣施史舒斯丝思苏索塔泰坦唐汤特滕提"
    "廷图托瓦万威韦维魏温文沃乌伍西希锡夏香肖谢辛休雅亚延扬耶叶伊因英尤于约泽扎詹珍朱茱兹佐"
)
"""Characters with which Chinese writes foreign names."""
_LEAST_SOUNDS = 2
_OF_THE_REGION = frozenset(
    ["CN", "HK", "MO", "TW", "BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "TL", "VN"]
)
"""Countries whose names in Chinese are nobody's, and whose towns seldom are."""
_PEOPLE_IN_HAN = frozenset(
    [
        "克拉克",
        "奎松",
        "罗哈斯",
        "羅哈斯",
        "黎刹",
        "奥罗拉",
        "伊莎贝拉",
        "维多利亚",
        "马里",
        "以色列",
        "阿曼",
        "加纳",
        "贝宁",
        "巴林",
        "肯尼亚",
    ]
)
"""Those countries, and towns of the region, that are names of people in Chinese, too."""


class _PlaceInText(NamedTuple):
    """A name of a place where it stands in the original text of a field."""

    field: str
    low: int
    high: int
    code: str
    is_country: bool


def drop_personal_names(findings: Findings) -> None:
    """Take out the hits of countries and places that are a part of a person's or a paper's name.

    Args:
        findings: what was found; hits are taken out of it.
    """
    found = {
        name: [(hit, _named(findings, name, hit)) for hit in hits]
        for name, hits in findings.hits.items()
        if name.startswith(_SETS)
    }
    every = [named for pairs in found.values() for _, named in pairs]
    for name, pairs in found.items():
        kept = [hit for hit, named in pairs if not _is_personal(findings, named, every)]
        # A set without hits must look like one that was never found.
        if not kept:
            del findings.hits[name]
        elif len(kept) < len(pairs):
            findings.hits[name] = kept


def _named(findings: Findings, name: str, hit: Hit) -> _PlaceInText:
    low, high = findings.fields[hit.field].normal.span(hit.start, hit.end)
    is_country = not name.startswith("places_")
    return _PlaceInText(hit.field, low, high, "" if name.startswith("countries_") else name[-2:], is_country)


def _is_personal(findings: Findings, named: _PlaceInText, every: Sequence[_PlaceInText]) -> bool:
    original, low, high = findings.fields[named.field].original, named.low, named.high
    before, behind = original[max(0, low - _REACH) : low], original[high : high + _REACH]
    script = script_of(original[low].casefold()) if low < high else None
    if script == "latin":
        place = original[low:high].casefold()
        return (
            is_paper(place, before, behind, of_country=named.is_country)
            or is_unlisted_paper(before, behind, of_country=named.is_country)
            or (findings.lang == "vi" and _is_vietnamese_name(place, before, behind, named, every))
            or _is_latin_name(findings.lang, place, before, behind, named, every)
        )
    if script == "han":
        return (
            _is_transliterated(original[low:high], before, behind, named, every)
            or is_paper_in_han(before, behind)
            or is_unlisted_paper_elsewhere(before, behind, script=script, of_country=named.is_country)
        )
    return script in UNSPACED and is_unlisted_paper_elsewhere(
        before, behind, script=script, of_country=named.is_country
    )


def _is_vietnamese_name(
    place: str, before: str, behind: str, named: _PlaceInText, every: Sequence[_PlaceInText]
) -> bool:
    family = _VIETNAMESE_FAMILY.search(before)
    if family is None or place not in (_VIETNAMESE_PARTS if named.is_country else _VIETNAMESE_GIVEN):
        return False
    if family["middle"] is not None or family["word"] is None or family["start"] is None:
        return True
    # "Vũ Đức Đam" is a person at the start, too; "Mai Đức và Lào" says what is tomorrow.
    goes_on = named.is_country and re.match(r"[ \u00a0](?=[^\W\d_])(?![a-zà-ỹ])", behind)
    return bool(goes_on) and not any(o.field == named.field and o.low == named.high + 1 for o in every)


def _is_latin_name(
    lang: str | None, place: str, before: str, behind: str, named: _PlaceInText, every: Sequence[_PlaceInText]
) -> bool:
    given, family = _names("given"), _names("family")
    if place not in given and place not in family:
        return False
    if _FORM_OF_ADDRESS.search(before) or (lang in _MALAY and _FORM_OF_ADDRESS_IN_MALAY.search(before)):
        return True
    if lang != "en" and _OFFICE_OF_STATE.search(before):
        return False
    return (place in given and _is_given_name(before, behind, named, every)) or (
        place in family and _is_family_name(before, behind, named, every)
    )


def _is_given_name(before: str, behind: str, named: _PlaceInText, every: Sequence[_PlaceInText]) -> bool:
    follows = _WORD_BEHIND.match(behind)
    if follows is None or _is_country_at(named, named.high + follows.start(1), every):
        return False
    return _is_family(follows[1], before, behind[follows.end() :], named, every)


def _is_family_name(before: str, behind: str, named: _PlaceInText, every: Sequence[_PlaceInText]) -> bool:
    leads = _WORD_BEFORE.search(before)
    # "Hassan Jordan visit" is no person: what follows is what he does there.
    if leads is None or not _is_given(leads[1]) or _STATE_ACTS.match(behind):
        return False
    if _is_country_at(named, named.low - len(before) + leads.start(1), every):
        return False
    return leads[1].casefold() not in _names("given_words") or _is_no_country(behind, named, every)


def _is_family(word: str, before: str, rest: str, named: _PlaceInText, every: Sequence[_PlaceInText]) -> bool:
    """Whether a word behind a given name is a family name, by itself or behind what the person is."""
    low = word.casefold()
    is_word = low in _names("family_words")
    if low in _names("family") and not is_word:
        return True
    if _WHO_WORKS.search(before):
        known = low in _names("family")
        return (known or not _NO_NAME.search(low)) and not _CAPITAL.match(rest)
    return low in _names("family") and _is_no_country(rest, named, every)


def _is_no_country(rest: str, named: _PlaceInText, every: Sequence[_PlaceInText]) -> bool:
    """Whether what may be words, too, is a name: of a town that is named once, with no noun in capitals behind."""
    if named.is_country or _CAPITAL.match(rest):
        return False
    return not any(o.code == named.code and (o.field, o.low) != (named.field, named.low) for o in every)


def _is_country_at(named: _PlaceInText, start: int, every: Sequence[_PlaceInText]) -> bool:
    """Whether a country is named at a place of the same field: "Israel Jordan water deal" names no person."""
    return any(o.is_country and o.field == named.field and o.low == start for o in every)


def _is_given(word: str) -> bool:
    return word[0].isupper() and word.casefold() in _names("given")


def _is_transliterated(
    written: str, before: str, behind: str, named: _PlaceInText, every: Sequence[_PlaceInText]
) -> bool:
    """Whether a dot joins a place to characters that write a foreign name: 悉尼·斯威尼, 惠特尼·休斯顿, not 中国·南宁, 南宁·新加坡."""
    if (named.is_country or named.code in _OF_THE_REGION) and written not in _PEOPLE_IN_HAN:
        return False
    for part, is_before in _beside_dots(before, behind):
        beside = (
            any(o.field == named.field and o.high == named.low - 1 for o in every)
            if is_before
            else any(o.field == named.field and o.low == named.high + 1 for o in every)
        )
        if not beside and len(part) >= _LEAST_SOUNDS and _SOUNDS.issuperset(part):
            return True
    return False


def _beside_dots(before: str, behind: str) -> Iterator[tuple[str, bool]]:
    if before[-1:] and before[-1] in _DOTS and (part := re.search(r"[\u3400-\u9fff]+$", before[:-1])):
        yield part[0][-_LEAST_SOUNDS:], True
    if behind[:1] and behind[0] in _DOTS and (part := re.match(r"[\u3400-\u9fff]+", behind[1:])):
        yield part[0][:_LEAST_SOUNDS], False


@cache
def _names(which: str) -> frozenset[str]:
    """A list of names: ``given``, ``family``, and which of them are words, ``given_words``, ``family_words``."""
    return frozenset(str(table("personal_names.json")[which]).split())
