"""Names of places that are a part of somebody's name, or of a newspaper's: Paris Hilton, Mr Jordan, 悉尼·斯威尼, the Washington Post."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from crawler.judging.text.matching import Findings, Hit
from crawler.judging.text.script import script_of
from crawler.runtime.data_tables import table

_SETS = ("country_", "places_", "countries_elsewhere")
"""The sets of names of places begin so."""
_REACH = 48
"""Characters on each side in which the rest of a name stands."""
_WORD_BEHIND = re.compile(r"(?:[ \u00a0][A-Z]\.)?[ \u00a0]([A-Z][^\W\d_]*(?:[’'ʻ-][^\W\d_]+)*)")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[ \u00a0](?:[A-Z]\.[ \u00a0])?$")
_FORM_OF_ADDRESS = re.compile(
    r"(?:^|[\s\"“(])(?:M(?:r|rs|s)\b\.?|Dr\b\.?|Miss|Sir|Encik|Puan|Datuk|Dato['’]|Pak|Bapak|Prof\b\.?)[ \u00a0]$"
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
_PAPER = re.compile(
    r"[ \u00a0](?:Post|Times|Daily|Herald|Tribune|Gazette|Globe|Chronicle|Observer|Telegraph|Saint-Germain|F\.?C\.?)(?![\w-])"
)
_PAPER_IN_HAN = re.compile(r"《[^》]{0,8}$"), re.compile(r"[^《》]{0,8}(?:报|報|周刊|週刊|杂志|雜誌)》")
_VIETNAMESE_FAMILY = re.compile(
    r"(?:^|[\s(\"“])(?:Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Ngô|Lý|Đinh|Trịnh|Mai)(?:[ \u00a0](?:Văn|Thị|Hữu|Đức|Quang|Minh|Ngọc|Xuân|Thanh))?[ \u00a0]$"
)
_DOTS = "·・•‧"
_SOUNDS = frozenset(
    "阿埃艾安昂奥巴白班邦贝本比宾波伯布查茨达戴丹德登迪蒂丁东杜多厄恩尔法凡菲费芬弗福富盖冈戈格根古哈海汉赫亨胡华怀惠霍基吉加贾简杰金卡凯坎康考柯科克库夸拉莱赖兰朗劳勒雷里利莉"
    "丽廉林琳龙隆卢鲁伦罗洛马迈麦曼梅门蒙米密明莫姆穆纳奈南内尼妮宁纽农努诺欧帕派潘佩彭皮平珀普奇齐恰乔琼丘让热荣茹瑞萨塞赛桑瑟森沙莎山尚舍申圣施史舒斯丝思苏索塔泰坦唐汤特滕提"
    "廷图托瓦万威韦维魏温文沃乌伍西希锡夏香肖谢辛休雅亚延扬耶叶伊因英尤于约泽扎詹珍朱茱兹佐"
)
"""Characters with which Chinese writes foreign names."""
_LEAST_SOUNDS = 2


def drop_personal_names(findings: Findings) -> None:
    """Take out the hits of countries and places that are a part of a person's or a paper's name.

    Args:
        findings: what was found; hits are taken out of it.
    """
    for name in [n for n in findings.hits if n.startswith(_SETS)]:
        hits = findings.hits[name]
        kept = [hit for hit in hits if not _is_personal(findings, hit)]
        # A set without hits must look like one that was never found.
        if not kept:
            del findings.hits[name]
        elif len(kept) < len(hits):
            findings.hits[name] = kept


def _is_personal(findings: Findings, hit: Hit) -> bool:
    field = findings.fields[hit.field]
    low, high = field.normal.span(hit.start, hit.end)
    before, behind = field.original[max(0, low - _REACH) : low], field.original[high : high + _REACH]
    script = script_of(field.original[low].casefold()) if low < high else None
    if script == "latin":
        return _is_latin_name(findings.lang, field.original[low:high].casefold(), before, behind)
    if script == "han":
        return _is_transliterated(before, behind) or _is_paper_in_han(before, behind)
    return False


def _is_latin_name(lang: str | None, place: str, before: str, behind: str) -> bool:
    if _PAPER.match(behind) or (lang == "vi" and _VIETNAMESE_FAMILY.search(before)):
        return True
    given, family = _given(), _family()
    if place not in given and place not in family:
        return False
    if _FORM_OF_ADDRESS.search(before):
        return True
    if lang != "en" and _OFFICE_OF_STATE.search(before):
        return False
    follows = _WORD_BEHIND.match(behind)
    if place in given and follows and (follows[1].casefold() in family or _WHO_WORKS.search(before)):
        return True
    leads = _WORD_BEFORE.search(before)
    # "Hassan Jordan visit" is no person: what follows is what he does there.
    return place in family and leads is not None and _is_given(leads[1]) and not _goes_on(behind)


def _is_given(word: str) -> bool:
    return word[0].isupper() and word.casefold() in _given()


def _goes_on(behind: str) -> bool:
    return (
        re.match(r"[ \u00a0](?:[Vv]isit|[Tt]our|[Tt]rip|[Tt]alks|[Ss]ummit|[Dd]eal|[Mm]eeting)", behind)
        is not None
    )


def _is_transliterated(before: str, behind: str) -> bool:
    """Whether a dot joins a place to characters that write a foreign name: 悉尼·斯威尼, 惠特尼·休斯顿, not 中国·南宁."""
    for part in _beside_dots(before, behind):
        sounds = [c for c in part if c in _SOUNDS]
        if len(part) >= _LEAST_SOUNDS and len(sounds) == len(part):
            return True
    return False


def _beside_dots(before: str, behind: str) -> Iterator[str]:
    if before[-1:] and before[-1] in _DOTS and (part := re.search(r"[\u3400-\u9fff]+$", before[:-1])):
        yield part[0][-_LEAST_SOUNDS:]
    if behind[:1] and behind[0] in _DOTS and (part := re.match(r"[\u3400-\u9fff]+", behind[1:])):
        yield part[0][:_LEAST_SOUNDS]


def _is_paper_in_han(before: str, behind: str) -> bool:
    opening, closing = _PAPER_IN_HAN
    return opening.search(before) is not None and closing.match(behind) is not None


@cache
def _given() -> frozenset[str]:
    return frozenset(str(table("personal_names.json")["given"]).split())


@cache
def _family() -> frozenset[str]:
    return frozenset(str(table("personal_names.json")["family"]).split())
