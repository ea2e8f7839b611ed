"""Fields of other search languages, and values that no language, country or source has: ``intitle:``, 标题:, ``lang:Chinese``."""

from __future__ import annotations

import re

from crawler.judging.queries.tokens import ABOUT, FIELDS, QueryToken, TokenPlace
from crawler.judging.territories import is_grouped, territory_meant
from crawler.judging.text.language_codes import language_meant
from crawler.runtime.near import nearest

_FIELDS_MEANT = {
    "title": "intitle allintitle headline headlines heading hl ti subject titel judul pamagat tiêuđề 标题 標題 题目 หัวข้อ หัวเรื่อง",
    "text": "body content contents fulltext full_text intext allintext bodytext article main isi nộidung 正文 内容 內容 全文 เนื้อหา",
    "words": "any all keyword keywords kw q query term terms content_any topic 关键词 關鍵詞 关键字 主题词 คำค้น từkhóa",
    "lead": "lede firstparagraph first_paragraph opening summary description 导语 摘要",
    "lang": "language lng langs languages sourcelang source_lang languagecode lr bahasa ngônngữ 语言 語言 语种 ภาษา",
    "country": "countries nation location loc place geo sourcecountry source_country region cr negara quốcgia 国家 國家 地区 ประเทศ",
    "source": "site domain outlet outlets publisher media sourcename source_name feed publication inurl url link host sumber nguồn 来源 來源 媒体 信源 แหล่งข่าว",
}  # fmt: skip
_FIELD_FOR = {word: name for name, words in _FIELDS_MEANT.items() for word in words.split()}


def field_meant(name: str) -> str | None:
    """The field that a word before a colon stands for, in small Latin letters as search languages write them; None for others."""
    return field_named(name) if name.isascii() and name.islower() else None


def field_named(name: str) -> str | None:
    """The field that a word before a colon stands for, in any script and case; ``words`` for one that means all of a text."""
    low = name.lower()
    return low if low in (*FIELDS, *ABOUT) else _FIELD_FOR.get(low)


_DATES = frozenset({"date", "dates", "after", "before", "since", "until", "when", "day", "year",
    "pubdate", "published", "daterange", "from", "to", "日期", "时间"})  # fmt: skip
_FIELD = re.compile(r"(?P<name>[^\W\d][\w.]*)(?P<sign>::?|==?|!=|:=|~=)(?P<value>.*)\Z", re.DOTALL)
_ALLOWED = "allowed: title: text: lead: lang: country: source:, or quotes for words with a colon"


def field_refusal(place: TokenPlace) -> str | None:
    """What a field is here, or the value of one."""
    text = place.token.text.lstrip("-!(")
    if re.match(r"https?:", text):
        return f"{text}: addresses are not searched; write source: and the name of a source"
    if re.match(r"\d+:\d+", text):
        return f'{text} has a colon; write "{text}" in quotes'
    if text[:1] == ":":
        return f"{place.token.text} has nothing before its colon; write title: or lang: or a phrase in quotes"
    match = _FIELD.match(text)
    # Fields may stand before one another: title:lang=zh is wrong by the second.
    while match is not None and match["name"] in FIELDS and match["sign"] == ":":
        match = _FIELD.match(match["value"])
    if match is None:
        return None
    if match["name"] in ABOUT and match["sign"] == ":":
        return _of_value(match["name"], match["value"], place.following)
    return _of_name(match["name"], match["sign"], match["value"] or _value_of(place.following))


def _value_of(following: QueryToken | None) -> str:
    return following.text if following is not None and following.kind in ("word", "phrase") else ""


def _of_name(name: str, sign: str, value: str) -> str | None:
    low = name.lower()
    meant = field_named(name)
    if meant is None and sign != ":":
        # Words may have the sign: E=mc2.
        return f"{name}{sign} means nothing here; write title: or lang: or the words alone" if value else None
    if low in _DATES:
        return f"{name}: is not known; dates are no part of a query, leave it out: alerts.fresh says how old news may be"
    if meant is None:
        close = nearest(low, [*FIELDS, *ABOUT, *_FIELD_FOR])
        meant = _FIELD_FOR.get(close, close) if close else None
    if meant is None:
        return f"there is no field {name}:; {_ALLOWED}"
    return f"{name}{sign} is not known; write {_as_meant(meant, value)}"


def _as_meant(name: str, value: str) -> str:
    bare = value.strip("\"'")
    if name == "source":
        return f"source:{_slug(bare) or 'name'}, the name of a source of config.yaml"
    if name == "words":
        return f"{value or 'the words'} alone"
    made = {
        "lang": f"lang:{language_meant(bare) or 'zh'}",
        "country": f"country:{territory_meant(bare) or 'TH'}",
        "new": "new:base",
    }
    return made.get(name) or f"{name}:{value or 'word'}"


def _slug(value: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-") if value.isascii() else ""


_SEVERAL = {"lang": "lang:zh OR lang:en", "country": "country:TH OR country:LA"}
_FORMS = {
    "new": re.compile(r"base\Z"),
    "source": re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\*?\Z"),
    "lang": re.compile(r"[A-Za-z]{2}\Z|[A-Za-z]\*\Z"),
    "country": re.compile(r"[A-Za-z]{2}\Z|ASEAN\Z|[A-Za-z]\*\Z", re.IGNORECASE),
}


def _of_value(name: str, value: str, following: QueryToken | None) -> str | None:
    """What is wrong with the language, country or source that a query asks for."""
    wanted = value.partition("^")[0]
    if not wanted and following is not None:
        if following.kind == "open":
            return f"{name}: stands before each value; write ({_SEVERAL.get(name, 'source:a OR source:b')})"
        if following.kind == "phrase":
            return f"{name}: takes no phrase; write {_as_meant(name, following.text)}"
        wanted = following.text if following.kind == "word" else ""
    if not wanted:
        return f"found ':' and nothing behind {name}; write {_as_meant(name, '')}"
    if _FORMS[name].match(wanted) or (name == "country" and is_grouped(wanted.upper())):
        return None
    return _not_a_value(
        name, wanted, following.text if following is not None and following.kind == "word" else ""
    )


def _not_a_value(name: str, wanted: str, behind: str) -> str:
    if wanted.strip("*") == "":
        return f"{name}:{wanted} would hold for every article; leave it out, or write {_as_meant(name, '')}"
    if name == "new":
        return f"new:{wanted} is not known; write new:base"
    if name == "source":
        return f"source:{wanted} cannot be a source; write {_as_meant(name, wanted)} (letters, digits, . _ and -, * at the end)"
    code_of = language_meant if name == "lang" else territory_meant
    several = [code_of(part) for part in re.split(r"[|/+;]", wanted) if part]
    if len(several) > 1 and all(several):
        return (
            f"{name}: stands before each value; write ({' OR '.join(f'{name}:{code}' for code in several)})"
        )
    bare = re.sub(r"^\W+|\W+$", "", wanted)
    # Names of two words: country:Việt Nam
    meant = (code_of(f"{bare} {behind}") if behind else None) or code_of(bare)
    if name == "lang":
        return f"{wanted} is no code of a language; write {f'lang:{meant}' if meant else 'two letters, such as lang:zh or lang:th'}"
    samples = "two letters such as country:TH, or a group or region such as country:ASEAN or country:002"
    return (
        f"{wanted} is no code of a country, group or region; write {f'country:{meant}' if meant else samples}"
    )


def list_refusal(place: TokenPlace) -> str | None:
    """``lang:zh,en``: the comma makes a list, whose second part would be a word."""
    match = re.match(r"[-!]?(lang|country):(\w+)\Z", place.token.text)
    behind = place.tokens[place.number + 1 : place.number + 3]
    if match is None or [t.kind for t in behind] != ["comma", "word"]:
        return None
    name, one, other = match[1], match[2], behind[1].text
    if not all(_FORMS[name].match(code) or is_grouped(code.upper()) for code in (one, other)):
        return None
    return f"{name}: stands before each value; write ({name}:{one} OR {name}:{other})"
