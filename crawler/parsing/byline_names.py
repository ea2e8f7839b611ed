"""Who a line of names names: persons and organisations, without roles, dates, addresses and those who did something else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from crawler.parsing import byline_words as known
from crawler.parsing.text import clean

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
_AT_WORK = re.compile(r"\s*,\s*|\s+[-–—]\s+|\s*[(（]")
_LEADING = re.compile(r"^\s*(?:and|dan|và|und|et|y)\s+")
_NO_LETTERS_OF_NAMES = re.compile(r"[{}=<>$#\[\]\\“”„»«。！？!?]")
_CODE = re.compile(r"[{}]|=>|\(\)")
_LABEL = re.compile(r"^\w+(?: \w+)?\s*[:：]\s*")
_PARTS = re.compile(r"\s*[|｜•·\n]\s*|\s{2,}|\s+[-–—]\s+")
_RULES = re.compile(r"\s+[-–—]\s+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LONGEST_CHINESE_BYLINE = 30
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
        if not line or len(line) > LONGEST_LINE or _CODE.search(line):
            return Byline()
        line = clean(_ADDRESS.sub(" ", _BRACKETS.sub(" ", line)))
        if known.others().match(line):
            return Byline()
        line = _without_introduction(known.others().split(known.ruled().sub(r"\1: ", line, count=1))[0])
        line = _DATE.split(line)[0]
        persons: dict[str, None] = {}
        organisations: dict[str, None] = {}
        for name in _names(line):
            if self._is_organisation(name) or (persons and _works_at(name)):
                organisations[name] = None
            elif _may_be_person(name) and not _is_place(name, is_first=not persons):
                persons[name] = None
        return Byline(tuple(persons), tuple(organisations))

    def with_outlet_in(self, line: str) -> Byline:
        """Whom a line names that consists of a name and where its bearer works: "Rina Kusuma, CNN Indonesia", "Lê An (TTXVN)"."""
        parts = (
            [part.strip() for part in _AT_WORK.split(line.strip(" )）"), maxsplit=1)]
            if len(line) <= _LONGEST_NAME
            else []
        )
        if len(parts) != 2 or not 2 <= len(parts[0].split()) <= 4 or _DATE.search(line):
            return Byline()
        is_outlet = any(self._is_organisation(part) for part in re.split(r"\s*/\s*", parts[1])) or _works_at(
            parts[1]
        )
        is_name = (
            all(word[0].isupper() for word in parts[0].split()) and parts[0].casefold() not in known.places()
        )
        return Byline(self.names_in(parts[0]).persons) if is_outlet and is_name else Byline()

    def alone_in(self, line: str) -> Byline:
        """Whom a line names that stands below a word such as "Reporter": nobody but a name of few words."""
        words = line.split()
        is_name = 1 <= len(words) <= 4 and all(not word[0].islower() for word in words)
        return Byline(self.names_in(line).persons) if is_name else Byline()

    def introduced_in(self, line: str) -> Byline:
        """Whom a line of text names behind a word such as "by"."""
        if not line or len(line) > LONGEST_LINE:
            return Byline()
        chinese = _CHINESE_LINE.search(_CORRESPONDENT.sub("、", line))
        words = re.split(r"[\s、，,]+", chinese[1]) if chinese else []
        reporters = takewhile(lambda word: word not in known.roles(), words)  # up to who took the pictures
        names = [n for n in reporters if _is_chinese_name(n) and not self._is_organisation(n)]
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
        line = known.ruled().sub(r"\1: ", line, count=1)
        agency = _EDGES.split(re.split(r"[,，/(（–—-]", line, maxsplit=1)[0].strip())[0]
        if len(line) <= _LONGEST_NAME and known.is_agency(agency):  # "AFP, Manila"
            return Byline((), (agency,))
        for part in _PARTS.split(line):
            begun = known.before().match(part) or known.labelled().search(part) or known.posted().match(part)
            if begun:
                rest = known.others().split(part[begun.end() :])[0]
                if len(rest) <= 2 * _LONGEST_NAME:
                    return _written_as_names(
                        self.names_in(rest), is_sentence=len(line) > _LONGEST_CHINESE_BYLINE or "。" in line
                    )
        return Byline()

    def _is_organisation(self, name: str) -> bool:
        folded = name.casefold()
        if folded in known.no_names() or not 2 <= len(name) <= _LONGEST_NAME:
            return False
        if self.is_outlet(name) or known.is_agency(name) or _HOST.match(name):
            return True
        if _HAN_ORGANISATION.search(name) and not known.before().match(name):
            return True
        organisations = known.organisations()
        words = (w.casefold().strip(".,") for w in name.split())
        return any(w in organisations for w in words) or any(
            o in name for o in organisations if not o.isascii() and len(o) > 1
        )


def _works_at(name: str) -> bool:
    """Whether what stands behind a name is an outlet: it has the word of one, or ends in a country's name."""
    words = name.casefold().split()
    return len(words) > 1 and (not known.outlets().isdisjoint(words) or words[-1] in known.places())


def _is_place(name: str, is_first: bool) -> bool:
    """Whether a name is that of a dateline's place; the first one of a byline may be a person's that a place has too."""
    return (not is_first or " " in name) and name.casefold() in known.places()


def _written_as_names(byline: Byline, is_sentence: bool) -> Byline:
    """A byline without what is not written like a name: behind "by" and "记者" may stand any words."""
    persons = (n for n in byline.persons if _is_written_as_name(n, is_sentence))
    organisations = (
        o for o in byline.organisations if known.is_agency(o) or _is_written_as_name(o, is_sentence)
    )
    return Byline(tuple(persons), tuple(organisations))


def _is_written_as_name(name: str, is_sentence: bool) -> bool:
    if all(map(_HAN.match, name)):
        return _is_chinese_name(name) or (not is_sentence and len(name) <= _LONGEST_PEN_NAME)
    words = name.split()
    if len(words) < 2 and name.isascii():
        return False
    return not words[0][0].islower() and not words[-1][0].islower()


def _names(line: str) -> Iterator[str]:
    for part in _SPLIT.split(line):
        for piece in known.between().split(part):
            name = known.behind().split(_without_introduction(_LEADING.sub("", piece)))[0]
            name = _EDGES.sub("", _without_rank(name))
            name = _EDGES.sub("", _LABEL.sub("", _without_title(name)))
            for one in _apart(name):
                if one and not _LINK.search(one) and not _is_no_name(one):
                    yield one


def _is_chinese_name(word: str) -> bool:
    """Whether a word may be a Chinese name: behind "记者" stands as often what the reporter did."""
    if _CHINESE_NAME.match(word) is None:
        return False
    return word[0] in known.surnames() or (len(word) > 2 and word[:2] in known.surnames()) or "·" in word


def _without_rank(name: str) -> str:
    """A name without what somebody is before it; "Contributors to the project" is no rank and a name."""
    rest = known.rank_before().sub("", name)
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
    folded, nobody = name.casefold().strip("."), known.no_names()
    words = folded.split()
    if len(words) > 1 and words[-1] in known.roles() and _HAN.match(words[-1]):  # 陈晓雯 摄
        return True
    if folded in nobody or all(w in nobody for w in words) or not known.of_templates().isdisjoint(words):
        return True
    return words[-1] in known.titles() and known.rank_before().fullmatch(f"{folded} ") is not None


def _without_title(name: str) -> str:
    """A name without what somebody is; a name of one word in Latin letters may not be one without it."""
    shorter = known.title().sub("", name)
    return shorter if " " in shorter or not shorter.isascii() else name


def _without_introduction(line: str) -> str:
    while begun := known.before().match(line):
        line = line[begun.end() :]
    return line


def _may_be_person(name: str) -> bool:
    if not 2 <= len(name) <= _LONGEST_NAME or len(name.split()) > _MOST_WORDS:
        return False
    if not any(c.isalpha() for c in name) or any(c.isdigit() for c in name):
        return False
    if _NO_LETTERS_OF_NAMES.search(name) or len(_HAN.findall(name)) > _MOST_HAN:
        return False
    if name.casefold().startswith(("the ", "a ", "our ", "this ")):
        return False
    return known.before().fullmatch(f"{name}:") is None and known.others().fullmatch(f"{name}:") is None
