"""The name grown around one word for a base, and what speaks for its being the one that an editor would print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from crawler.judging.bases.name_around import Around, Extent
from crawler.judging.bases.name_extent import extent_of
from crawler.judging.bases.name_part import BEFORE, FOR, NAME
from crawler.judging.bases.name_parts import names_pair, parts_of
from crawler.judging.bases.name_words import general_words, name_words, words_of
from crawler.judging.bases.sentences import same_sentence
from crawler.judging.bases.words import base_words
from crawler.judging.text.matching import Hit
from crawler.judging.text.normal import normal_spelling, normalise
from crawler.judging.text.script import UNSPACED, script_of
from crawler.judging.text.zawgyi import in_unicode
from crawler.judging.weights import weights

QUOTED = re.compile(
    r"“([^“”\n]{4,110})”|«([^«»\n]{4,110})»|「([^「」\n]{4,60})」|『([^『』\n]{4,60})』|《([^《》\n]{4,60})》|‘([^‘’\n]{4,110})’(?!\w)|\"([^\"\n]{4,110})\""
)
_SAYS_SOMETHING = re.compile(r"[.!?;,。！？；，។၊။]")
_ACRONYM = re.compile(r"\s?[(（]\s?[A-Z][A-Z0-9&/ -]{1,14}\s?[)）]")
_COUNTED = re.compile(r"\s?(?:(?:ចំនួន|จำนวน|ຈຳນວນ)\s?\d+|\d+\s?(?:แห่ง|ແຫ່ງ|កន្លែង|ခု)(?!ที่|ທີ))")
"""A number of things behind the word for them: ศูนย์วิจัย 4 แห่ง, មជ្ឈមណ្ឌលចំនួន ៤."""
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass
class NameCandidate:
    """A name around one word for a base, and what speaks for it.

    Attributes:
        around: the text around the word.
        extent: where the name stands.
        is_quoted: whether it stands in quotes.
        is_news: whether a clause says that the base comes into being.
        is_base: whether the word is one for bases of cooperation, and not only a general one ("centre").
        is_of_kind: whether it is of the kind of the base that the news is of.
        is_old: whether its sentence tells of what exists, or how it gets on.
    """

    around: Around
    extent: Extent
    is_quoted: bool
    is_news: bool = False
    is_base: bool = True
    is_of_kind: bool = True
    is_old: bool = False

    @cached_property
    def text(self) -> str:
        """The name as it stands, without line breaks and doubled spaces."""
        found = " ".join(self.around.text[self.extent.start : self.extent.end].split()).strip(" -–—'\"")
        return in_unicode(found)

    @property
    def hit(self) -> Hit:
        """The word for the base in it."""
        return self.around.hit

    @cached_property
    def pieces(self) -> frozenset[str]:
        """What it says besides what a base is: words, or pairs of characters in scripts without spaces."""
        low, high = self.around.core
        start, end = self.extent
        before = self.around.text[start:low] if low >= start else ""
        rest = f"{before} {self.around.text[high:end]}" if high <= end else before
        text = normalise(rest).text
        if script_of(next(iter(_LETTERS.findall(text)), "a")) not in UNSPACED:
            return frozenset(
                w for w in re.findall(r"[^\W_]+", text) if len(w) > 1 and w not in general_words()
            )
        for word in general_words():
            text = text.replace(word, " ")
        return frozenset(
            run[i : i + 2] for run in re.findall(r"[^\W_]+", text) for i in range(max(1, len(run) - 1))
        )

    @property
    def is_general(self) -> bool:
        """Whether it only says what the base is: "joint laboratory", "Chinese industrial parks"."""
        if not self.pieces:
            return not (self.around.is_known_name and (self.has_acronym or self.is_quoted))
        return self.is_of_many or self._names_one_party

    @property
    def is_plain(self) -> bool:
        """Whether it describes a base in small letters and without a party: "a demonstration base for industries"."""
        if self.is_quoted or self._is_unspaced:
            return False
        # The capital of a sentence's first word says nothing.
        text = self.text[1:] if self.around.opens_sentence(self.extent.start) else self.text
        return text == text.lower() and not self.around.named_in(self.extent)

    @property
    def is_in_small_letters(self) -> bool:
        """Whether some word besides its first is written small, though it is no joining word."""
        words = [w for w in re.findall(r"[^\W\d_]+", self.text)[1:] if len(w) > 3]
        return not self._is_unspaced and any(w.islower() for w in words)

    @cached_property
    def _is_unspaced(self) -> bool:
        return script_of(next(iter(_LETTERS.findall(self.text)), "a")) in UNSPACED

    @property
    def _names_one_party(self) -> bool:
        """Whether it says no more than what is whose: "Chinese industrial park" is none that others would not be."""
        head = self.around.text[slice(*self.around.core)]
        if self.is_quoted or self._is_unspaced or head != head.lower():
            return False
        words = [w for w in re.findall(r"[^\W_]+", self.text) if normal_spelling(w) in self.pieces]
        return self.around.named_in(self.extent) == 1 and all(self.around.is_of_party(w) for w in words)

    @property
    def is_of_many(self) -> bool:
        """Whether it speaks of several things: in English by a head in the plural that has no capital, else by a number behind it."""
        if self._is_unspaced and not self.is_quoted:
            return _COUNTED.match(self.around.text, self.extent.end) is not None
        head = self.around.text[slice(*self.around.core)]
        return (
            self.around.lang == "en"
            and not self.is_quoted
            and self.extent.end == self.around.core.end
            and head.endswith("s")
            and head == head.lower()
        )

    @cached_property
    def is_of_pair(self) -> bool:
        """Whether it ties two sides: "Cambodia-Hainan Natural Rubber Processing Zone"."""
        return names_pair(self.around, self.extent)

    @cached_property
    def says_only_whose(self) -> bool:
        """Whether it says no more than what is whose: "Thai-Chinese joint laboratory"."""
        return not any(
            p.role in (BEFORE, FOR, NAME) and p.english != "Joint" for p in parts_of(self.around, self.extent)
        )

    @cached_property
    def is_compared(self) -> bool:
        """Whether the words before it hold the new base against it: "like the Kuantan park"."""
        before = self.around.text[max(0, self.extent.start - 24) : self.extent.start].casefold()
        before = re.sub(r"\b(?:the|a|an|ang|si)\s*$", "", before).rstrip(' “"«「『‘')
        return before.endswith(tuple(name_words()["compared"]))

    @cached_property
    def stands_between(self) -> bool:
        """Whether it stands where those stand who sign or talk: "between Perak and the Hunan Rice Centre"."""
        before = self.around.text[max(0, self.extent.start - weights().names.reach) : self.extent.start]
        clause = re.split(r"[.;:\n]", before)[-1].casefold()
        words = name_words()["between"]
        return any(re.search(rf"(?<![a-zà-ỹ]){word}(?![a-zà-ỹ])", clause) for word in words)

    @property
    def has_both(self) -> bool:
        """Whether it names two parties or more."""
        return self.around.named_in(self.extent) > 1

    @cached_property
    def points_back(self) -> bool:
        """Whether the report comes back to a base that it has named: "this centre", ສູນດັ່ງກ່າວ."""
        text = self.around.text
        back = words_of("back", self.around.lang)
        before = text[max(0, self.extent.start - 12) : self.extent.start].casefold().strip()
        behind = text[self.extent.end : self.extent.end + 14].casefold().strip()
        if script_of(self.hit.pattern.key[:1]) in UNSPACED:
            is_before = self.around.lang in ("zh", "my")
            return before.endswith(tuple(back)) if is_before else behind.startswith(tuple(back))
        near = [*before.split()[-1:], *re.split(r"\W+", behind)[:1]]
        return not (back | {"the"}).isdisjoint(near)

    @cached_property
    def says_where(self) -> bool:
        """Whether it only tells where something is: "near the Saysettha Development Zone"."""
        where = base_words()["where"].get(self.around.lang) or base_words()["where"]["en"]
        before = self.around.text[max(0, self.extent.start - 24) : self.extent.start].casefold()
        behind = self.around.text[self.extent.end : self.extent.end + 6]
        if behind.startswith(tuple(where.get("behind", ()))):
            return True
        if where["spaced"]:
            words = [w for w in re.findall(r"[^\W\d_]+", before) if w not in ("the", "a", "an")]
            return bool(words) and words[-1] in where["before"]
        return before.rstrip().endswith(tuple(where["before"]))

    @cached_property
    def has_act(self) -> bool:
        """Whether an act stands beside it."""
        beside = weights().names.act
        return any(
            a.field == self.hit.field
            and max(a.start - self.around.hit.end, self.around.hit.start - a.end) <= beside
            and same_sentence(self.around.findings, self.hit, a)
            for a in self.around.acts
        )

    @cached_property
    def has_acronym(self) -> bool:
        """Whether its short form stands behind it in brackets."""
        return bool(self.acronym)

    @cached_property
    def acronym(self) -> str:
        """The short form in brackets behind it, without them; empty for none."""
        found = _ACRONYM.match(self.around.text, self.extent.end)
        return found[0].strip(" ()（）") if found else ""

    @cached_property
    def is_announced(self) -> bool:
        """Whether the words before it say that a name follows: "called …"."""
        before = self.around.text[max(0, self.extent.start - 24) : self.extent.start].casefold()
        return before.rstrip(' “"«「『‘:').endswith(tuple(name_words()["called"]))

    def shares(self, other: NameCandidate) -> float:
        """The share of what it says that another candidate says too."""
        return len(self.pieces & other.pieces) / len(self.pieces) if self.pieces else 0.0

    @property
    def worth(self) -> float:
        """How likely it is a name that could be printed."""
        worth = 3.0 * self.is_quoted + 2.0 * self.has_acronym + 1.0 * self.is_announced
        worth += 1.0 * bool(self.around.named_in(self.extent)) + min(len(self.pieces), 6) / 4
        is_brief = self.around.is_headline_case or (self.hit.field == "title" and self.is_in_small_letters)
        return worth - 2.0 * is_brief - 1.5 * self.says_where


def candidate_of(
    around: Around, *, is_news: bool, is_base: bool, is_of_kind: bool, is_old: bool
) -> NameCandidate:
    """The name around one word for a base; the flags are those of `NameCandidate`."""
    quoted = _quoted_around(around)
    return NameCandidate(
        around, quoted or extent_of(around), quoted is not None, is_news, is_base, is_of_kind
    )


def _quoted_around(around: Around) -> Extent | None:
    """The quotation that is the name around a word for a base."""
    low, high = around.core
    line = around.text.rfind("\n", 0, low) + 1
    for match in QUOTED.finditer(around.text, line, high + 120):
        extent = Extent(*next(span for n in range(1, 8) if (span := match.span(n))[0] >= 0))
        if extent.start <= low and high <= extent.end and _is_name(around, extent):
            return extent
    return None


def _is_name(around: Around, extent: Extent) -> bool:
    """Whether a quotation is a name: its head stands where heads do, and it says nothing."""
    quoted = around.text[extent.start : extent.end]
    if _SAYS_SOMETHING.search(quoted):
        return False
    before = around.text[extent.start : around.core.start]
    behind = around.text[around.core.end : extent.end]
    script = script_of(around.hit.pattern.key[:1])
    if script in ("han", "myanmar"):
        return len(behind) <= 6
    if script in UNSPACED:
        return len(before) <= 6
    words = re.findall(r"[^\W\d_]+", quoted.casefold())
    return _plain(words, around.lang) and quoted.lstrip()[:1].isupper()


def _plain(words: Sequence[str], lang: str | None) -> bool:
    """Whether words hold none that only sentences have."""
    return words_of("sentence", lang).isdisjoint(words)
