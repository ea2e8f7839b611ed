"""Which figure belongs to what, and who does it to whom: an answer tells both in the order of what it is made from.

No table knows all that can be counted or done, so that order stands for meaning here. Where a language turns a sentence round, it
marks that: by, from, of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations, pairwise
from typing import NamedTuple

from crawler.assist.judged_words import remembered
from crawler.assist.trust.amounts import Amount, money_in
from crawler.assist.trust.said import pattern_of
from crawler.assist.trust.verdict import quoted
from crawler.assist.trust.where import named_or_aimed_at
from crawler.assist.trust.who import entities_in

Counted = tuple[str, str, Sequence[Amount]]
"""A text, its language, and the numbers in it."""
_YEARS = frozenset((*range(1900, 2100), *range(2500, 2640)))
_BESIDE = 14
_MONEY_BEFORE, _MONEY_BEHIND = 5, 12
_PLAIN, _SHARE, _MONEY = "", "share", "money"
_PART_OF = re.compile(
    r"(?:\b(?:of|out of|among|dari|daripada|trong số|trong|trên|sa|mula sa)\b|จาก|ใน|ໃນ|ຈາກ|ក្នុង|នៃ|中的?|里|之中)\W*(?:(?:the|all|its|a total of|tổng số|total|jumlah)\s)*$",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"(?:\b(?:from|dari|daripada|từ|mula|against|compared (?:with|to)|versus|than)\b|从|由|比|จาก|ຈາກ|ពី)\W*(?:\w+\W+){0,2}$", re.IGNORECASE
)  # fmt: skip


def is_year(amount: Amount, text: str, lang: str) -> bool:
    """Whether a number is most likely a year."""
    if amount.end - amount.start != 4 or not all(v in _YEARS for v in amount.values):
        return False
    # In Chinese a year says so.
    return lang != "zh" or text[amount.end : amount.end + 1] in ("年", "-", "–", "—", "至", "/", "")


class _Figure(NamedTuple):
    values: frozenset[float]
    kind: str
    start: int
    end: int


def _figures(counted: Counted) -> list[_Figure]:
    text, lang, found = counted
    money = [i for start, end in money_in(text) for i in range(start - _MONEY_BEHIND, end + _MONEY_BEFORE)]
    near_money = frozenset(money)
    figures: list[_Figure] = []
    for a in found:
        if a.is_day or not a.is_sure or max(a.values) <= 0:
            continue
        if is_year(a, text, lang):
            continue
        kind = _SHARE if a.is_share else _unit(text, lang, a)
        if not kind and (a.start in near_money or a.end in near_money):
            kind = _MONEY
        figures.append(_Figure(a.values, kind, a.start, a.end))
    return figures


@cache
def _units(lang: str) -> dict[str, re.Pattern[str]]:
    units = remembered("assist_claims.yaml")["units"]
    return {unit: pattern_of(words[lang], lang) for unit, words in units.items() if lang in words}


def _unit(text: str, lang: str, amount: Amount) -> str:
    behind = text[amount.end : amount.end + _BESIDE].lstrip(" -\u200b").casefold()
    return next((unit for unit, pattern in _units(lang).items() if pattern.match(behind)), _PLAIN)


def _same(one: frozenset[float], other: frozenset[float]) -> bool:
    return any(abs(v - o) <= 1e-9 * max(abs(v), abs(o), 1e-9) for v in one for o in other)


def faults_of_order(answer: Counted, texts: Sequence[Counted]) -> Iterator[str]:
    """Whether an answer gives one thing the figure of another.

    Args:
        answer: the answer with its numbers.
        texts: what it is made from.
    """
    ours = _figures(answer)
    if len(ours) < 1:
        return
    theirs = [(text[0], _figures(text)) for text in texts]
    for figure in ours:
        if _is_of_another(figure, ours, [f for _, figures in theirs for f in figures]):
            words = answer[0][figure.start : figure.end + _BESIDE]
            yield f"It gives a figure to something else than the reports do: {quoted(words)}."
            return
    for one, other in combinations(ours, 2):
        if one.kind != other.kind or _same(one.values, other.values):
            continue
        if _is_reversed(one, other, answer[0], theirs):
            words = answer[0][one.start : other.end]
            yield f"It has figures in another order than any report: {quoted(words)}."
            return


def _is_of_another(figure: _Figure, ours: Sequence[_Figure], theirs: Sequence[_Figure]) -> bool:
    """Whether a figure has a unit that the reports give only to others."""
    own = {f.kind for f in theirs if _same(f.values, figure.values)}
    if not own or figure.kind in own:
        return False
    if figure.kind in (_PLAIN, _SHARE, _MONEY):
        return False
    if own != {_PLAIN}:
        return any(f.kind == figure.kind for f in theirs)
    # A unit may go without saying the second time: it has moved where the one that had it has lost it.
    return any(
        o.kind != figure.kind and {f.kind for f in theirs if _same(f.values, o.values)} == {figure.kind}
        for o in ours
    )


def _is_reversed(
    one: _Figure, other: _Figure, answer: str, theirs: Sequence[tuple[str, Sequence[_Figure]]]
) -> bool:
    between = answer[one.end : other.start]
    if _PART_OF.search(between) or _FROM.search(between):
        return False
    is_reversed = False
    for text, figures in theirs:
        first = [f for f in figures if _same(f.values, one.values)]
        second = [f for f in figures if _same(f.values, other.values)]
        if not first or not second:
            continue
        if any(f.start < s.start for f in first for s in second):
            return False
        if any(_turned(text, s, f) for f in first for s in second):
            return False
        is_reversed = True
    return is_reversed


def _turned(text: str, earlier: _Figure, later: _Figure) -> bool:
    """Whether a text itself marks that one figure is a part or the former value of another."""
    between = text[earlier.end : later.start]
    before = text[max(0, earlier.start - _BESIDE) : earlier.start]
    is_former = _FROM.search(between) or _FROM.search(before)
    return bool(is_former or _PART_OF.search(between) or re.search("[名个家人项所件][^，,]{0,8}中", between))


_JOINED = re.compile(r"\s*(?:[-–—·、/&]|和|与|與|及|and|dan|và|และ|ແລະ|និង|နှင့်|at)?\s*(?:ang |the )?", re.IGNORECASE)  # fmt: skip
_MARKED = {
    "en": r"\b(?:by|from)\s(?:\w+\s){0,2}",
    "zh": "(?:由|被|获|从|自|受)[^，。]{0,3}",
    "id": r"\b(?:oleh|dari|dibangun|dibiayai|didanai|bantuan)\s(?:\w+\s){0,2}",
    "ms": r"\b(?:oleh|dari|daripada|dibina|dibiayai|bantuan)\s(?:\w+\s){0,2}",
    "vi": r"\b(?:bởi|do|từ)\s(?:\w+\s){0,3}",
    "th": "(?:โดย|จาก)[^ ]{0,12}",
    "lo": "(?:ໂດຍ|ຈາກ)[^ ]{0,12}",
    "km": "(?:ដោយ|ពី)[^ ]{0,12}",
    "my": "(?:!)",
    "tl": r"\b(?:mula sa|mula|galing sa|ni)\s(?:\w+\s){0,2}",
}
"""What stands before the one who acts or gives, where a sentence is turned round."""
_TOGETHER = {
    "en": r"\b(?:with|between|among|and|including)\s(?:\w+\s){0,2}",
    "zh": "(?:与|跟|同|和|及)[^，。]{0,3}",
    "id": r"\b(?:dengan|antara|dan|bersama)\s(?:\w+\s){0,2}",
    "ms": r"\b(?:dengan|antara|dan|bersama)\s(?:\w+\s){0,2}",
    "vi": r"\b(?:với|giữa|và|cùng)\s(?:\w+\s){0,3}",
    "th": "(?:กับ|ระหว่าง|และ)[^ ]{0,12}",
    "lo": "(?:ກັບ|ລະຫວ່າງ|ແລະ)[^ ]{0,12}",
    "km": "(?:ជាមួយ|រវាង|និង)[^ ]{0,12}",
    "my": "(?:!)",
    "tl": r"\b(?:kasama|sa pagitan|at)\s(?:\w+\s){0,2}",
}
"""What stands between two who do something together."""
_PLACED = {
    "en": r"\b(?:in|at|of|across|inside)\s(?:\w+\s){0,2}",
    "zh": "(?:在|驻|于|赴)",
    "id": r"\b(?:di|milik)\s(?:\w+\s){0,2}",
    "ms": r"\b(?:di|milik)\s(?:\w+\s){0,2}",
    "vi": r"\b(?:ở|tại|của|trong)\s(?:\w+\s){0,3}",
    "th": "(?:ใน|ที่|แห่ง)[^ ]{0,12}",
    "lo": "(?:ໃນ|ຢູ່|ແຫ່ງ|ທີ່)[^ ]{0,12}",
    "km": "(?:នៅ|ក្នុង|នៃ)[^ ]{0,12}",
    "my": "(?:!)",
    "tl": r"\b(?:sa|ng)\s(?:\w+\s){0,2}",
}
"""What stands before where something is: it moves about in a sentence."""
_OWNED = {
    "zh": r"(?:[^，。的]{0,4})的",
    "my": "[^ ]{0,8}(?:ရှိ|တွင်|၏|ရဲ့|နိုင်ငံရှိ)",
}
"""What stands behind the one whose something is."""


class _Actor(NamedTuple):
    code: str
    start: int
    end: int


def _actors(text: str, lang: str) -> tuple[list[_Actor], set[frozenset[str]]]:
    """The countries and known firms that a text speaks of, and pairs that it names side by side, of which none acts alone."""
    found = [_Actor(n.country, n.start, n.end) for n in named_or_aimed_at(text, lang)]
    firms = [
        _Actor(name, start, end)
        for name, start, end in entities_in(text, lang)
        if name.startswith(("organisations:", "people:"))
    ]
    # A country in a firm's name is the firm.
    within = {i for firm in firms for i in range(firm.start, firm.end)}
    found = sorted([a for a in found if a.start not in within] + firms, key=lambda a: a.start)
    pairs = [
        (one, other)
        for one, other in pairwise(found)
        if one.code != other.code and _JOINED.fullmatch(text, one.end, other.start)
    ]
    together = {actor for pair in pairs for actor in pair}
    return [a for a in found if a not in together], {frozenset((a.code, b.code)) for a, b in pairs}


def _marked(text: str, lang: str, actor: _Actor, marks: dict[str, str]) -> bool:
    before = text[max(0, actor.start - 24) : actor.start]
    return lang in marks and re.search(rf"(?:{marks[lang]})$", before, re.IGNORECASE) is not None


def faults_of_sides(answer: str, to: str, texts: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Whether an answer says of one country what all texts that name both say of the other.

    Args:
        answer: the answer.
        to: its language.
        texts: what it is made from, each text with its language: sentences, where it is long.
    """
    ours, joined = _actors(answer, to)
    codes = list(dict.fromkeys(a.code for a in ours))
    for one, other in combinations(codes, 2):
        pair = [a for a in ours if a.code in (one, other)]
        # Somebody's own country may stand before the name or behind it.
        if (":" in one) != (":" in other):
            continue
        if {one, other} in joined or _is_mixed(pair) or _is_placed(answer, to, pair):
            continue
        against = False
        for text, lang in texts:
            found, together = _actors(text, lang)
            theirs = [a for a in found if a.code in (one, other)]
            if len({a.code for a in theirs}) < 2:
                continue
            is_joint = {one, other} in together or _is_mixed(theirs)
            is_same = theirs[0].code == one or _is_turned(text, lang, theirs) != _is_turned(answer, to, pair)
            if is_joint or is_same or _is_placed(text, lang, theirs):
                against = False
                break
            against = True
        if against:
            yield f"It names the sides the other way round than any report: {quoted(answer[pair[0].start : pair[-1].end])}."
            return


def _is_mixed(actors: Sequence[_Actor]) -> bool:
    """Whether one of two countries is not named before the other alone."""
    return sum(a.code != b.code for a, b in pairwise(actors)) != 1


def _is_turned(text: str, lang: str, actors: Sequence[_Actor]) -> bool:
    """Whether a text marks the later one of two as who acts or gives."""
    later = next(a for a in actors if a.code != actors[0].code)
    return _marked(text, lang, later, _MARKED)


def _is_placed(text: str, lang: str, actors: Sequence[_Actor]) -> bool:
    """Whether a text does not say which of two acts: they do it together, or the first is only where it is done."""
    later = next(a for a in actors if a.code != actors[0].code)
    first = actors[0]
    if _marked(text, lang, later, _TOGETHER):
        return True
    leading = [a for a in actors if a.code == first.code]
    owned = _OWNED.get(lang)
    is_owned = owned is not None and any(re.match(owned, text[a.end : a.end + 12]) for a in leading)
    return any(_marked(text, lang, a, _PLACED) for a in leading) or is_owned
