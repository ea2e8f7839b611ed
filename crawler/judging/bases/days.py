"""The day on which a base was launched, signed, opened.

A day belongs to the word beside it: to an act, to a ceremony, or to who said so. Only the first two tell when a base came
into being. A dateline tells when the report was written, and a day without its year tells nothing where nobody knows when.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from crawler.judging.bases.grammar import grammar_of
from crawler.judging.bases.sentences import sentences_in
from crawler.judging.bases.stages import stage_of_act
from crawler.judging.text.dates import DateMention, dates_in
from crawler.judging.text.matching import Field, Findings, Hit
from crawler.judging.text.script import UNSPACED, script_of
from crawler.judging.weights import weights
from crawler.runtime.data_tables import table

_BRACKETS = r"[(（\[][^()（）\[\]\n]{1,24}[)）\]]"
_DASH = r"(?:--|[—–]|(?<![^\W_])-(?=\s|$)|(?<=\s)-(?=\s))"
_DATELINE_END = re.compile(
    # "Feb. 24 --", "16/5 -", "Nov. 24—China": right behind the day, or what is in brackets or slashes there.
    # Nothing is given back (*+, ++): cut in all ways, a sentence in capitals would take for ever.
    rf"^[\s,.]*+(?:\d{{4}}年?)?[\s,.]*+(?:(?:{_BRACKETS}|/[^/\n]{{1,24}}/|[A-Z][A-Z]++)[\s,]*+)*+(?:{_DASH}|:(?!\d)|៖)"
    # "28 Nov local time –": a few words that no comma parts from the day. In China–Laos the dash is one of a name.
    r"|^[^\n,，、;；]{0,24}?(?:--|(?<![^\W_])[—–]|[—–](?![^\W_])|[)）]\s*[-–—]|:(?!\d)|៖)"
    r"|^\s?\((?:Xinhua|VNA|Bernama|Antara|ANTARA|[A-Z]{2,8})\)|^\)\s"
    # 5月14日电, 11月28日讯, 11月28日综合电; 12月1日电力中心 is another word.
    rf"|^(?:\s|{_BRACKETS}|专|急|综合|综述|上午|下午|晚)*[电讯](?![\u4e00-\u9fff])"
)
"""What closes a dateline behind its day: "VIENTIANE, Feb. 24 (Xinhua) --", 新华社万象5月14日电."""
_WORDS_AND_DASH = re.compile(r"^[^\n,，、;；]{0,24}?\s-\s")
"""The same behind a place and a comma: "VIENTIANE, Dec 2 Lao News Agency - …"; else Trung Quốc - ASEAN is a name."""
_CHINESE_AGENCY = re.compile(r"[社报网讯台]\S{0,12}$")
"""An agency before the day, behind whose 电 or 讯 the text may begin at once: 新华社万象5月14日电中老…."""
_GOES_ON = "[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u17b6-\u17d3\u102b-\u103e]|[\u1000-\u1021]\u103a"
"""Marks of the scripts without spaces, and a Burmese consonant without a vowel."""
_COMMA = re.compile(r"[,;，；、၊،]\s")
_VAGUE = frozenset({"needs_complement", "future_only", "nouns"})
"""Kinds of words for acts whose day need not be that of a base."""
_COMING = frozenset({"planned"})
"""Stages of acts whose day is still to come."""
_AT_OCCASIONS = frozenset({"proposed", "approved", "signed"})
"""Stages that a base reaches in talks and meetings."""
_LATER = timedelta(days=7)
"""How much later than its dateline a report is printed."""
_OTHER_DAY = timedelta(days=1009)
"""Between two days of reference for which no day without its year is the same, nor any weekday."""


class _Anchor(NamedTuple):
    """A word that a day may belong to, at ``[start, end)`` of the original: ``tells`` whether its day is that of a base."""

    start: int
    end: int
    tells: bool


def day_of(
    findings: Findings, base: Hit, acts: Sequence[Hit], published: date, *, is_dated: bool = True
) -> date | None:
    """The day of the act that brings a base into being, if the article tells it.

    Args:
        findings: what was found where.
        base: the word for the base that the news is of.
        acts: the words for coming into being.
        published: the day of publication, which days are relative to.
        is_dated: whether that is known; if not, only days with their year are taken.
    """
    place = findings.fields[base.field]
    low, high = place.normal.span(base.start, base.end)
    own = next(((a, b) for a, b in sentences_in(place.original) if a <= low and high <= b), (low, high))
    days = _ActDays(findings, acts, published, is_dated=is_dated)
    stages = days.stages_in(place, own)
    found = days.in_sentence(place, own, alone_tells=not days.has_acts(place, own))
    # A day of long ago says that the sentence looks back; another day of the text would be another event's.
    if found is not None:
        return found
    earliest = published - weights().bases.day_reach
    for other, sentence in _others(findings, place, own):
        found = days.in_sentence(other, sentence, occasions=not stages.isdisjoint(_AT_OCCASIONS))
        if found is not None and found >= earliest:
            return found
    return None


def _others(
    findings: Findings, place: Field, own: tuple[int, int]
) -> Iterator[tuple[Field, tuple[int, int]]]:
    """The other sentences that may tell the day: those nearest to the base's first, then the headline."""
    text = findings.fields["text"]
    sentences = [s for s in sentences_in(text.original) if s[0] < weights().bases.day_text]
    at = own[0] if place is text else 0
    nearest = sorted((s for s in sentences if place is not text or s != own), key=lambda s: abs(s[0] - at))
    yield from ((text, s) for s in nearest)
    title = findings.fields["title"]
    if place is not title:
        yield title, (0, len(title.original))


class _ActPlace(NamedTuple):
    """A word for an act at ``[start, end)`` of a field's normal form."""

    field: str
    start: int
    end: int
    stage: str


def _acts_of(findings: Findings, acts: Sequence[Hit]) -> Iterator[_ActPlace]:
    """The operator's words for acts, and those that the table of acts knows besides."""
    own = {(act.field, act.start) for act in acts}
    yield from (_ActPlace(act.field, act.start, act.end, stage_of_act(act)) for act in acts)
    grammar = grammar_of(findings.lang)
    for name, place in findings.fields.items():
        for match in grammar.acts.finditer(place.normal.text[: weights().bases.day_text]):
            word = grammar.words.get(match[0])
            if word and not word.kinds & _VAGUE and (name, match.start()) not in own:
                yield _ActPlace(name, *match.span(), word.stage)


class _ActDays:
    """The days of one article's acts."""

    def __init__(self, findings: Findings, acts: Sequence[Hit], published: date, *, is_dated: bool) -> None:
        self._findings = findings
        self._acts = list(_acts_of(findings, acts))
        self._published = _dateline_day(findings, published) or published
        self._is_dated = is_dated

    def stages_in(self, place: Field, sentence: tuple[int, int]) -> set[str]:
        """The stages of the acts in a sentence that have happened."""
        return {
            act.stage
            for act in self._acts
            if act.field == place.name and self._anchor(place, act, sentence) is not None
        }

    def has_acts(self, place: Field, sentence: tuple[int, int]) -> bool:
        """Whether a sentence has any act, also one to come."""
        low, high = sentence
        spans = (place.normal.span(a.start, a.end) for a in self._acts if a.field == place.name)
        return any(low <= start and end <= high for start, end in spans)

    def in_sentence(
        self,
        place: Field,
        sentence: tuple[int, int],
        *,
        occasions: bool = False,
        alone_tells: bool = False,
    ) -> date | None:
        """The day of an act or ceremony that a sentence tells: the one that stands closest to its word.

        Args:
            place: the headline or the text.
            sentence: where the sentence begins and ends.
            occasions: whether the day of talks or of a meeting is the act's, too.
            alone_tells: whether the only day is, where the sentence has no word that it could belong to.
        """
        low, high = sentence
        text = place.original[low:high]
        days = self._days_named(text, is_first=place.name == "text" and low == 0)
        if not days:
            return None
        # Who proposes a base does so by saying so.
        lists = {"said": self.stages_in(place, sentence) == {"proposed"}, "ceremony": True}
        at_occasion = [*self._words_in(text, {"occasion": True})] if occasions else []
        if at_occasion:
            del lists["said"]  # "the spokesman told on Tuesday what the cabinet had decided"
        anchors = [*self._acts_in(place, sentence), *self._words_in(text, lists), *at_occasion]
        found = [
            (_gap(text, day, anchor), day.day)
            for day in days
            if (anchor := _nearest(text, day, anchors)) and anchor.tells
        ]
        if found:
            return min(found, key=lambda t: t[0])[1]
        return days[0].day if alone_tells and not anchors and len(days) == 1 else None

    def _days_named(self, text: str, *, is_first: bool) -> list[DateMention]:
        """The days that a sentence names, without a dateline's, without those to come, and that are known for sure."""
        lang = self._findings.lang
        found = [m for m in dates_in(text, lang, self._published) if m.day <= self._published]
        if is_first:
            found = [m for m in found if not _is_dateline(text, m)]
        if found and not self._is_dated:
            sure = {(m.start, m.day) for m in dates_in(text, lang, self._published - _OTHER_DAY)}
            found = [m for m in found if (m.start, m.day) in sure]
        return found

    def _acts_in(self, place: Field, sentence: tuple[int, int]) -> Iterator[_Anchor]:
        found = (self._anchor(place, act, sentence) for act in self._acts if act.field == place.name)
        return (anchor for anchor in found if anchor is not None)

    def _anchor(self, place: Field, act: _ActPlace, sentence: tuple[int, int]) -> _Anchor | None:
        """An act of a sentence. What is only to come claims no day: "signed on Monday to *establish*"."""
        low, high = sentence
        start, end = place.normal.span(act.start, act.end)
        if not (low <= start and end <= high) or act.stage in _COMING:
            return None
        before = place.original[max(low, start - weights().bases.ahead) : start]
        return None if _is_ahead(before, self._findings.lang) else _Anchor(start - low, end - low, True)

    def _words_in(self, text: str, lists: Mapping[str, bool]) -> Iterator[_Anchor]:
        passed_over = base_day_words()["passed_over"]
        for list_of, tells in lists.items():
            pattern = _pattern(list_of, self._findings.lang)
            if pattern is not None:
                yield from (
                    _Anchor(*m.span(), tells)
                    for m in pattern.finditer(text)
                    if m[0] not in passed_over and not _is_name(text, m) and not _is_byline(text, m)
                )


def _is_name(text: str, word: re.Match[str]) -> bool:
    """Whether a word is part of a name: Viện Nghiên cứu Thông tin says nothing."""
    return (
        word[0][:1].isupper()
        and not word[0].isupper()
        and word.start() > 0
        and bool(text[: word.start()].strip())
    )


def _is_byline(text: str, word: re.Match[str]) -> bool:
    """Whether a word for saying ends a byline: 本报记者…报道."""
    return "记者" in text[: word.start()][-_BYLINE:] and word[0] == "报道"


_BYLINE = 20
"""Characters in which a byline names its reporter."""


def _gap(text: str, day: DateMention, anchor: _Anchor) -> int:
    """How far a word is from a day, in characters; a comma between them counts as many."""
    low, high = (anchor.end, day.start) if anchor.end <= day.start else (day.end, anchor.start)
    if low > high:
        return 0
    return high - low + weights().bases.comma * len(_COMMA.findall(text, low, high))


def _nearest(text: str, day: DateMention, anchors: Iterable[_Anchor]) -> _Anchor | None:
    """The word that a day belongs to; of equals, who said so."""
    return min(anchors, key=lambda a: (_gap(text, day, a), a.tells), default=None)


def _dateline_day(findings: Findings, published: date) -> date | None:
    """The day of the dateline, which "today" is where outlets print a report a day or two later."""
    text = findings.fields["text"].original[: weights().bases.dateline]
    first = text.split("\n", 1)[0]
    for mention in dates_in(text, findings.lang, published):
        ends_line = (
            mention.end >= len(first.rstrip()) and mention.end <= len(first) and len(first) < len(text)
        )
        if (_is_dateline(text, mention) or ends_line) and timedelta(0) <= published - mention.day <= _LATER:
            return mention.day
    return None


def _is_dateline(text: str, day: DateMention) -> bool:
    weigh = weights().bases
    # What is written without spaces says more in as many characters.
    if day.start > (
        weigh.dateline if text[:1].isascii() or text[:1].lower() != text[:1].upper() else weigh.dateline // 2
    ):
        return False
    # "On 5 November - Monday - …" has words in lower case before its day, a dateline has places and agencies.
    before = re.findall(r"[^\W\d_]+", text[: day.start])
    if any(w.islower() and len(w) > 3 for w in before):
        return False
    is_wired = text[day.end : day.end + 1] in ("电", "讯") and _CHINESE_AGENCY.search(text[: day.start])
    behind = text[day.end :]
    has_place = "," in text[: day.start] and _WORDS_AND_DASH.match(behind) is not None
    return bool(is_wired) or has_place or _DATELINE_END.match(behind) is not None


def _is_ahead(before: str, lang: str | None) -> bool:
    """Whether an act is one to come: "*will be* opened", *sẽ* thành lập; Burmese says it behind the act."""
    pattern = _pattern("ahead", lang)
    return pattern is not None and pattern.search(before) is not None


@cache
def base_day_words() -> Any:
    """The packaged table of words around days (``data/base_days.yaml``), read once."""
    return table("base_days.yaml")


@cache
def _pattern(list_of: str, lang: str | None) -> re.Pattern[str] | None:
    words = base_day_words()[list_of].get(lang)
    if not words:
        return None
    words = [*words, *base_day_words()["passed_over"]]
    listed = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    spaced = script_of(words[0][0]) not in UNSPACED
    # What goes on with a mark, or closes its syllable with a consonant (ပြော in ပြောင်း), is another word.
    return re.compile(
        rf"(?<![^\W_])(?:{listed})(?![^\W_])" if spaced else rf"(?:{listed})(?!{_GOES_ON})", re.IGNORECASE
    )
