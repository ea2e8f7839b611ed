"""Who a line of names names: persons and organisations, without roles, dates, addresses and those who did something else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from crawler.parsing.text import clean
from crawler.runtime.data_tables import table

LONGEST_LINE = 300
_LONGEST_NAME, _MOST_WORDS = 60, 6
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+", re.IGNORECASE)
_LINK = re.compile(r"https?://|www\.|@\w", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]+\.)+(?:[a-z]{2,3}|info|news|online)$", re.IGNORECASE)
_DATE = re.compile(
    r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Febr)uary|March|April|June|July|August|(?:Septem|Octo|Novem|Decem)ber)\b(?=[\s,]*\d)"
    r"|\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b|\d{1,4}[-/.年:]\d{1,2}|\b(?:19|20)\d\d\b|\d{1,2}:\d\d"
    r"|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}\.? \d|\b\d{1,2}\.? (?:[A-Z][a-zäé]{2,8}|\d)"
)
_ARTICLE = re.compile(r"^(?:the|die|der|das|le|la|les|el|il) +", re.IGNORECASE)
_BRACKETS = re.compile(r"[(（\[【<《].*?[)）\]】>》]")
_CHINESE_NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}$")
_CHINESE_LINE = re.compile(
    r"[（(【]?(?:本报|本報|本网|特约|见习|實習|实习|首席|驻\w{1,6}|\w{1,6}社|\w{1,8}网)?(?:记者|記者)[\s:：]*((?:[\u4e00-\u9fff·]{2,4}[\s、，,]{0,2}){1,4}?)"
    r"(?!\s*(?:摄|攝|图|圖)(?!影))(?=[）)】|｜/／\s]|$|报道|報道|報導|文|综合|通讯员|通訊員|编辑|电|發自|发自|\d|[\u4e00-\u9fff]{2,3}\d{1,2}日)"
)
_CORRESPONDENT = re.compile(r"(?<=[\u4e00-\u9fff])[\s、，,]*(?:特约)?(?:通讯员|通訊員)[\s:：]*")
"""A second reporter, as Chinese newspapers name those who are not their own."""
_EDGES = re.compile(r"^[\s:：៖|｜/•·,，、;；\-–—.*~→›»©]+|[\s:：៖|｜/•·,，、;；\-–—*~→›»]+$")
_SPLIT = re.compile(r"\s*[,，、;；|｜/•&+]\s*|\s+[-–—]\s+")
_LEADING = re.compile(r"^\s*(?:and|dan|và|und|et|y)\s+")
_NO_LETTERS_OF_NAMES = re.compile(r"[{}=<>$#\[\]\\“”„»«。！？!?]")
_LABEL = re.compile(r"^\w+(?: \w+)?\s*[:：]\s*")
_PARTS = re.compile(r"\s*[|｜•·\n]\s*|\s{2,}|\s+[-–—]\s+")
_RULES = re.compile(r"\s+[-–—]\s+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MOST_HAN, _LONGEST_PEN_NAME = 10, 6
"""Characters of a Chinese name of somebody or of an account, and of a name in running text, at most."""
_HAN_ORGANISATION = re.compile(
    r"[\u4e00-\u9fff].*(?:社|网|網|报|報|台|局|部|组|組|中心|频道|頻道|公司|大学|协会|团队)$"
)


@dataclass(frozen=True, slots=True)
class Byline:
    """Whom a line or a place of a page names.

    Attributes:
        persons: their names as written.
        organisations: agencies, desks with a name of their own, outlets.
    """

    persons: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()


def joined(bylines: Iterable[Byline]) -> Byline:
    """All whom some bylines name, each once."""
    found = list(bylines)
    persons = dict.fromkeys(p for b in found for p in b.persons)
    organisations = dict.fromkeys(o for b in found for o in b.organisations)
    return Byline(tuple(persons), tuple(organisations))


def name_key(name: str) -> str:
    """What equal names have in common: letters, marks and digits, in one case."""
    normal = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in normal if c.isalnum() or unicodedata.category(c)[0] == "M")


def _outlet_key(name: str) -> str:
    return name_key(_ARTICLE.sub("", name))


def is_agency(name: str) -> bool:
    """Whether an organisation is a news agency."""
    is_a_word = len(name) <= 4 and name == name.capitalize() and name.isascii()  # App, Spa
    return name.casefold() in _agencies() and not is_a_word


class BylineReader:
    """Reads bylines of one page.

    Args:
        outlets: how the page names its site and its publisher.
    """

    def __init__(self, outlets: Iterable[str] = ()) -> None:
        self._outlets = {key for name in outlets if (key := _outlet_key(name))}

    def is_outlet(self, name: str) -> bool:
        """Whether a name is the site's own."""
        return _outlet_key(name) in self._outlets

    def names_in(self, line: str) -> Byline:
        """Whom a line that consists of names names."""
        if not line or len(line) > LONGEST_LINE:
            return Byline()
        line = clean(_ADDRESS.sub(" ", _BRACKETS.sub(" ", line)))
        if _others().match(line):
            return Byline()
        line = _without_introduction(_others().split(_ruled().sub(r"\1: ", line, count=1))[0])
        line = _DATE.split(line)[0]
        persons: list[str] = []
        organisations: list[str] = []
        for name in _names(line):
            if self._is_organisation(name):
                organisations.append(name)
            elif _may_be_person(name) and not ((persons or " " in name) and name.casefold() in _places()):
                persons.append(name)
        return Byline(tuple(dict.fromkeys(persons)), tuple(dict.fromkeys(organisations)))

    def introduced_in(self, line: str) -> Byline:
        """Whom a line of text names behind a word such as "by"."""
        if not line or len(line) > LONGEST_LINE:
            return Byline()
        chinese = _CHINESE_LINE.search(_CORRESPONDENT.sub("、", line))
        words = re.split(r"[\s、，,]+", chinese[1]) if chinese else []
        names = [n for n in words if _is_chinese_name(n) and not self._is_organisation(n)]
        return Byline(tuple(names)) if names else self._behind_word(line)

    def marked_in(self, line: str) -> Byline:
        """Whom a line names that its page marks as the author's; a date may stand before the names."""
        found = self.introduced_in(line)
        if found.persons or found.organisations:
            return found
        # Two names may stand apart by a dash, which parts a name from anything else as well.
        pair = [part for part in _RULES.split(line) if not any(c.isdigit() for c in part)]
        if len(pair) == 2 and all(2 <= len(part.split()) <= 4 for part in pair):
            line = ", ".join(pair)
        for part in _PARTS.split(line):
            found = self.names_in(part)
            if found.persons or found.organisations:
                return found
        return Byline()

    def _behind_word(self, line: str) -> Byline:
        line = _ruled().sub(r"\1: ", line, count=1)
        agency = _EDGES.split(re.split(r"[,，/(（–—-]", line, maxsplit=1)[0].strip())[0]
        if len(line) <= _LONGEST_NAME and is_agency(agency):  # "AFP, Manila"
            return Byline((), (agency,))
        for part in _PARTS.split(line):
            begun = _before().match(part) or _labelled().search(part) or _posted().match(part)
            if begun:
                rest = _others().split(part[begun.end() :])[0]
                if len(rest) <= 2 * _LONGEST_NAME:
                    return _written_as_names(self.names_in(rest))
        return Byline()

    def _is_organisation(self, name: str) -> bool:
        folded = name.casefold()
        if folded in _no_names() or not 2 <= len(name) <= _LONGEST_NAME:
            return False
        if self.is_outlet(name) or is_agency(name) or _HOST.match(name):
            return True
        if _HAN_ORGANISATION.search(name) and not _before().match(name):
            return True
        organisations = _organisations()
        words = (w.casefold().strip(".,") for w in name.split())
        return any(w in organisations for w in words) or any(
            o in name for o in organisations if not o.isascii() and len(o) > 1
        )


def _written_as_names(byline: Byline) -> Byline:
    """A byline without what begins or ends with a small letter: behind "by" may stand any words."""
    return Byline(
        *(
            tuple(n for n in names if _is_written_as_name(n))
            for names in (byline.persons, byline.organisations)
        )
    )


def _is_written_as_name(name: str) -> bool:
    words = name.split()
    if all(map(_HAN.match, name)):
        return len(name) <= _LONGEST_PEN_NAME or is_agency(name)
    if len(words) < 2 and name.isascii() and not is_agency(name):
        return False
    return (not words[0][0].islower() and not words[-1][0].islower()) or is_agency(name)


def _names(line: str) -> Iterator[str]:
    for part in _SPLIT.split(line):
        for piece in _between().split(part):
            name = _behind().split(_without_introduction(_LEADING.sub("", piece)))[0]
            name = _EDGES.sub("", _without_rank(name))
            name = _EDGES.sub("", _LABEL.sub("", _without_title(name)))
            for one in _apart(name):
                if one and not _LINK.search(one) and not _is_no_name(one):
                    yield one


def _is_chinese_name(word: str) -> bool:
    """Whether a word may be a Chinese name: behind "记者" stands as often what the reporter did."""
    return _CHINESE_NAME.match(word) is not None and (word[0] in _surnames() or "·" in word)


def _without_rank(name: str) -> str:
    """A name without what somebody is before it; "Contributors to the project" is no rank and a name."""
    rest = _rank_before().sub("", name)
    return name if rest[:1].islower() else rest


def _apart(name: str) -> list[str]:
    """Chinese names that only spaces part. A space stands within a name of two characters, and within Japanese names."""
    words = name.split()
    if len(words) > 1 and all(map(_is_chinese_name, words)):
        return words
    if len(words) == 2 and _is_chinese_name(words[0]) and len(words[1]) > 4 and _HAN.match(words[1]):
        return words[:1]  # and where the author works
    if len(words) == 2 and all(len(w) == 1 and "\u4e00" <= w <= "\u9fff" for w in words):
        return ["".join(words)]
    return [name]


def _is_no_name(name: str) -> bool:
    """Whether a name is made of words that name nobody."""
    folded, nobody = name.casefold().strip("."), _no_names()
    words = folded.split()
    is_rank = (
        bool(words)
        and words[-1] in _titles()
        and (len(words) == 1 or _rank_before().fullmatch(folded + " ") is not None)
    )
    return (
        is_rank
        or folded in nobody
        or all(w in nobody for w in words)
        or not _of_templates().isdisjoint(words)
    )


def _without_title(name: str) -> str:
    """A name without what somebody is; a name of one word in Latin letters may not be one without it."""
    shorter = _title().sub("", name)
    return shorter if " " in shorter or not shorter.isascii() else name


def _without_introduction(line: str) -> str:
    while begun := _before().match(line):
        line = line[begun.end() :]
    return line


def _may_be_person(name: str) -> bool:
    if not 2 <= len(name) <= _LONGEST_NAME or len(name.split()) > _MOST_WORDS:
        return False
    if (
        _NO_LETTERS_OF_NAMES.search(name)
        or any(c.isdigit() for c in name)
        or not any(c.isalpha() for c in name)
    ):
        return False
    if len(_HAN.findall(name)) > _MOST_HAN:
        return False
    if name.casefold().startswith(("the ", "a ", "our ", "this ")):
        return False
    return _before().fullmatch(f"{name}:") is None and _others().fullmatch(f"{name}:") is None


def _table(key: str) -> list[str]:
    return [str(n) for n in table("bylines.yaml")[key]]


def _words(key: str) -> str:
    names = sorted(_table(key), key=len, reverse=True)
    return "|".join(re.escape(n) for n in names)


@cache
def _no_names() -> frozenset[str]:
    return frozenset(n.casefold() for n in _table("no_names"))


@cache
def _of_templates() -> frozenset[str]:
    return frozenset(_table("of_templates"))


@cache
def _agencies() -> frozenset[str]:
    return frozenset(n.casefold() for n in _table("agencies"))


@cache
def _organisations() -> frozenset[str]:
    return frozenset(n.casefold() for n in _table("organisations"))


@cache
def _before() -> re.Pattern[str]:
    """A word such as "by" at the beginning, with what parts it from the name: a sign, or a space in scripts that have them."""
    return re.compile(
        rf"\W*(?:(?:{_words('before')})(?:\s*[:：/៖]\s*|\s+[-–—]?\s*|(?<=[^\x00-\u02ff])(?=[^\x00-\u02ff]))"
        rf"|(?:{_words('before_sign')})\s*[:：/]\s*)",
        re.IGNORECASE,
    )


@cache
def _labelled() -> re.Pattern[str]:
    """The same within a line, where a colon makes it a label."""
    return re.compile(rf"(?<=\s)(?:{_words('before')})\s*[:：៖]\s*", re.IGNORECASE)


@cache
def _posted() -> re.Pattern[str]:
    """A line such as "Posted on 3 May by", up to the name."""
    return re.compile(rf"\W*(?:(?:{_words('behind')})\b|\d).{{0,40}}?\s(?:{_words('by')})\s+", re.IGNORECASE)


@cache
def _ruled() -> re.Pattern[str]:
    """A word such as "by" that a rule parts from the name."""
    return re.compile(rf"^(\W*(?:{_words('before')}))\s*[|｜–—-]\s+", re.IGNORECASE)


@cache
def _rank_before() -> re.Pattern[str]:
    """What somebody is, before the name: "Xinhua writer", "Senior correspondent"."""
    titles = "|".join(f"{re.escape(t)}s?" for t in _table("titles"))
    return re.compile(
        rf"^(?:(?:{_words('agencies')})\s+)?(?:(?:{_words('ranks')})\s+)*(?:{titles})\s+", re.IGNORECASE
    )


@cache
def _titles() -> frozenset[str]:
    return frozenset(_table("titles")) | {f"{t}s" for t in _table("titles")}


@cache
def _surnames() -> frozenset[str]:
    data = table("surnames.yaml")
    return frozenset(data["surnames"] + data["traditional"])


@cache
def _places() -> frozenset[str]:
    data = table("places.json")
    names = [n for city in data["cities"] for n in city["names"]]
    names += [
        n for by_language in data["countries"].values() for found in by_language.values() for n in found
    ]
    return frozenset(n.casefold() for n in names)


@cache
def _others() -> re.Pattern[str]:
    """A word such as "editor" with a colon, or such as "photos" with "by"."""
    return re.compile(
        rf"[\s|｜/,;(]*(?<![^\W\d_])(?:{_words('others')})\s*(?:[:：/៖]|(?<=by)\s|\s(?:{_words('by')})\s)\s*",
        re.IGNORECASE,
    )


@cache
def _behind() -> re.Pattern[str]:
    """A word that begins what stands behind a name: when it was published, where."""
    words = [form for w in _table("behind") for form in ((w, w.capitalize()) if len(w) > 3 else (w,))]
    return re.compile(rf"(?<=\S)[\s,|]+(?:{'|'.join(map(re.escape, words))})(?=$|[\s:：,.])")


@cache
def _title() -> re.Pattern[str]:
    """What somebody is, behind the name: "Senior Reporter", "기자"."""
    return re.compile(rf"(?<=\S)\s+(?:(?:{_words('ranks')})\s+)*(?:{_words('titles')})$", re.IGNORECASE)


@cache
def _between() -> re.Pattern[str]:
    return re.compile(
        rf"\s+(?:{_words('between')})\s+|(?<=[\u4e00-\u9fff])[和及](?=[\u4e00-\u9fff])", re.IGNORECASE
    )
