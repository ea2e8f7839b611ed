"""The acts of a sentence, and what each is there: done, intended, a noun, a description, a point in the past."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from crawler.judging.bases.grammar import ActWord, Grammar
from crawler.judging.text.matching import Hit

_OPERATORS = ActWord("launched", frozenset())
"""An act that only the operator's terms know: the base is there."""

_UNKNOWN = ActWord("launched", frozenset({"unknown"}))
"""What is done where the table lacks the verb."""


class Form(Enum):
    """What an act is in its clause. ``BEFORE`` is what comes before something else ("after it opened")."""

    DONE = "done"
    INTENDED = "intended"
    NOUN = "noun"
    DESCRIPTION = "description"
    PAST = "past"
    BEFORE = "before"
    HYPOTHETICAL = "hypothetical"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Act:
    """An act at ``[start, end)`` of a field's normal form."""

    start: int
    end: int
    word: ActWord
    form: Form
    passive: bool = False

    @classmethod
    def unknown(cls, place: int) -> Act:
        """The act of a clause whose verb no table knows, which is taken to stand right behind its base."""
        return cls(place, place, _UNKNOWN, Form.DONE)

    @property
    def is_known(self) -> bool:
        """Whether the table knows its verb, or an operator's term does."""
        return self.word is not _UNKNOWN

    def is_a(self, kind: str) -> bool:
        """Whether its word is of a kind (``weak``, ``ceremonies`` …) of the table."""
        return kind in self.word.kinds

    @property
    def stage(self) -> str:
        """The stage that it brings a base to as it stands: what is only intended is planned."""
        done = self.word.stage not in ("proposed", "planned", "approved")
        return "planned" if self.form is Form.INTENDED and done else self.word.stage


def acts_in(text: str, start: int, end: int, grammar: Grammar, launches: Iterable[Hit]) -> list[Act]:
    """The acts of a sentence, in order.

    Args:
        text: the normal form of the field.
        start: where the sentence begins.
        end: where it ends.
        grammar: how its language speaks of acts.
        launches: the operator's words for acts in the sentence; those that the table knows it knows better.
    """
    known = list(grammar.acts.finditer(text, start, end))
    spans = [(m.start(), m.end(), grammar.words.get(m[0])) for m in known]
    spans += [
        (h.start, h.end, _OPERATORS)
        for h in launches
        if not any(h.start < m.end() and m.start() < h.end for m in known)
    ]
    cuts = [(start, start), *(m.span() for m in grammar.cuts.finditer(text, start, end)), (end, end)]
    found = (
        _act(text, low, high, word, cuts, grammar) for low, high, word in sorted(spans, key=_place) if word
    )
    return [act for act in found if act.form is Form.INTENDED or not act.is_a("future_only")]


def _place(span: tuple[int, int, ActWord | None]) -> tuple[int, int]:
    return span[0], span[1]


def _act(
    text: str, start: int, end: int, word: ActWord, cuts: list[tuple[int, int]], grammar: Grammar
) -> Act:
    cut = max(c for c in cuts if c[1] <= start)
    stop = min((low for low, _ in cuts if low >= end), default=len(text))
    earlier = max((high for _, high in cuts if high <= cut[0]), default=cut[0])
    is_word = text[slice(*cut)][:1].isalpha() or not grammar.spaced
    # "Kể từ khi": of some words that cut off a clause only the last is in the list.
    opener = text[max(earlier, cut[0] - _OPENER) if is_word else cut[0] : cut[1]]
    around = _Around(text, cut[1], start, end, stop, opener, grammar)
    passive = "passives" in word.kinds or around.before("passive")
    form = _form(around, word)
    if "building" in word.kinds and around.has_begun():
        return Act(start, end, ActWord("under construction", word.kinds - {"weak"}), Form.DONE, passive)
    return Act(start, end, word, form, passive)


_TIME_REACH = 30
"""Characters around an act in which a time to come is its own."""
_FIRST = re.compile(r"[\s\"'“‘«]*")
_OPENER = 12
"""Characters before a word that cuts off a clause which may belong to it."""


@dataclass(frozen=True)
class _Around:
    """What stands around an act in its clause, which begins at ``clause`` behind the word ``opener`` and ends at ``stop``."""

    text: str
    clause: int
    start: int
    end: int
    stop: int
    opener: str
    grammar: Grammar

    def before(self, kind: str, words: int = 0) -> bool:
        """Whether a small word of a kind stands before the act: in the language's reach, or among so many words."""
        near = self._last(words) if words else self._near_before
        return bool(self.grammar.lists[kind].search(near))

    @cached_property
    def _near_before(self) -> str:
        """The words before the act in the language's reach."""
        return self._last(self.grammar.reach)

    def _last(self, words: int) -> str:
        return last_words(self.text, self.clause, self.start, words, self.grammar)

    def anywhere_before(self, kind: str) -> bool:
        """Whether one stands in the clause before the act, or begins the clause."""
        found = self.grammar.lists[kind]
        return bool(found.search(self.opener) or found.search(self.text, self.clause, self.start))

    def opens(self, kind: str) -> bool:
        """Whether a small word of a kind begins the clause: "to build", เพื่อตั้ง."""
        return bool(self.grammar.lists[kind].search(self.opener))

    def begins(self, kind: str) -> bool:
        """Whether one is the first word of the clause: "Had it been built", "Every few months a ribbon is cut"."""
        if self.opener[-1:].isalpha():
            return False  # "which had been built"
        first = _FIRST.match(self.text, self.clause, self.start)
        return bool(first and self.grammar.lists[kind].match(self.text, first.end(), self.start))

    def behind(self, kind: str, *, at_once: bool = True) -> bool:
        """Whether one stands behind the act: at once, or in the language's reach."""
        found = self.grammar.lists[kind]
        return bool(found.match(self._near_behind) if at_once else found.search(self._near_behind))

    @cached_property
    def _near_behind(self) -> str:
        """The words behind the act in the language's reach."""
        return words_behind(self.text, self.end, self.stop, self.grammar)

    def is_coming(self) -> bool:
        """Whether a time to come stands beside the act: 年底前…动工, "opens next month"."""
        low = max(self.clause, self.start - _TIME_REACH)
        high = min(self.stop, self.end + _TIME_REACH)
        found = self.grammar.lists["coming"]
        near = [*found.finditer(self.text, low, self.start), *found.finditer(self.text, self.end, high)]
        return any(not self._parts(m.start(), m.end()) for m in near)

    def _parts(self, start: int, end: int) -> bool:
        """Whether another act stands between this one and something at ``[start, end)``."""
        low, high = (end, self.start) if end <= self.start else (self.end, start)
        return bool(self.grammar.acts.search(self.text, low, high))

    def is_long_past(self) -> bool:
        """Whether what stands behind makes the act a point in the past, also behind a number: 成立以来, 成立15周年."""
        if self.behind("since_behind"):
            return True
        near = words_behind(self.text, self.end, self.stop, self.grammar)
        count = re.match(r"[\d一二三四五六七八九十百]+", near)
        return bool(count and self.grammar.lists["since_behind"].match(near, count.end()))

    def has_begun(self) -> bool:
        """Whether what goes on for long begins here: "construction of the park began". What is to begin has not."""
        found = self.grammar.lists["begin"].search(self.text, self.clause, self.stop)
        if not found:
            return False
        near = last_words(self.text, self.clause, found.start(), self.grammar.reach, self.grammar)
        future = self.grammar.lists["future"].search(near) or self.grammar.lists["negation"].search(near)
        behind = self.text[found.end() : found.end() + 8]
        return not (future or self.grammar.lists["future_behind"].search(behind))

    def _is_first_verb(self) -> bool:
        """Whether nothing but a helping verb or an adverb stands before the act in its clause."""
        before = self.text[self.clause : self.start]
        return (
            len(before.split()) < self.grammar.reach
            if self.grammar.spaced
            else len(before) < self.grammar.reach
        )

    def describes(self) -> bool:
        """Whether the act is part of a description: "which was opened", ที่ก่อตั้ง."""
        found = self.grammar.lists["relative"]
        if self.behind("relative_behind") or (found.search(self.opener) and self._is_first_verb()):
            return True
        if self.before("relative_except", 2):
            return False
        if self.grammar.spaced:
            return self.before("relative", 2)
        # A day's number ends the reach of วันที่, which is no relative word.
        near = re.split(r"[\d ]", self.text[max(self.clause, self.start - 10) : self.start])[-1]
        return bool(found.search(near))


def _form(around: _Around, word: ActWord) -> Form:
    return next((form for form, holds in _FORMS if holds(around, word)), Form.DONE)


# In this order: what is denied is denied also where it was only intended.
_FORMS: tuple[tuple[Form, Callable[[_Around, ActWord], bool]], ...] = (
    (Form.DENIED, lambda a, _: a.before("negation") or a.behind("negation_behind")),
    (
        Form.HYPOTHETICAL,
        lambda a, _: (
            a.begins("unreal")
            or a.anywhere_before("hypothetical")
            or a.behind("hypothetical_behind", at_once=False)
        ),
    ),
    (Form.PAST, lambda a, _: a.anywhere_before("since") or a.is_long_past()),
    (Form.BEFORE, lambda a, _: a.anywhere_before("after") or a.behind("after_behind", at_once=False)),
    (
        Form.INTENDED,
        lambda a, word: (
            "intended" in word.kinds
            or a.before("future")
            or a.opens("future")
            or a.before("purpose", 1)
            or a.opens("purpose")
            or a.behind("future_behind", at_once=False)
            or a.is_coming()
        ),
    ),
    (Form.DESCRIPTION, lambda a, _: a.describes()),
    (
        Form.NOUN,
        lambda a, word: "nouns" in word.kinds or a.before("nominal", 1) or a.behind("nominal_behind"),
    ),
)


_WORD = re.compile(r"[^\W_]+(?:['.][^\W_]+)*")


def last_words(text: str, low: int, place: int, count: int, grammar: Grammar) -> str:
    """The last words (characters: four for each) before a place, not before ``low``."""
    if not grammar.spaced:
        size = count if count == grammar.reach else 4 * count
        return text[max(low, place - size) : place]
    starts = [m.start() for m in _WORD.finditer(text, max(low, place - 60), place)]
    return text[starts[-min(count, len(starts))] : place] if starts else ""


def words_behind(text: str, place: int, high: int, grammar: Grammar) -> str:
    """The few words behind a place, not beyond ``high``."""
    if not grammar.spaced:
        return text[place : min(high, place + grammar.reach)].lstrip()
    ends = [m.end() for m in _WORD.finditer(text, place, min(high, place + 60))]
    return text[place : ends[min(grammar.reach, len(ends)) - 1]].lstrip() if ends else ""
