"""How far the name of a base reaches in scripts with spaces: to the left in English, to the right where heads come first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crawler.judging.bases.name_around import ASIDE, DASHES, ENGLISH_ORDER, Around, Word
from crawler.judging.bases.name_words import ands, calendar, name_words, words_of
from crawler.judging.weights import weights

_WORD = re.compile(r"[^\s,.;:!?()\[\]\"“”«»„、，。]+(?:\.(?=[A-Za-z]\.))?")


def _words_before(around: Around) -> list[Word]:
    """The words before the head, the nearest first."""
    return list(_words(around.text, around.low, around.core.start))[::-1]


def _words_behind(around: Around) -> list[Word]:
    return list(_words(around.text, around.core.end, around.high))


def _words(text: str, low: int, high: int) -> Iterator[Word]:
    # Asides are passed over, in as many characters as they have.
    shown = text[:low] + ASIDE.sub(lambda m: " " * len(m[0]), text[low:high])
    for match in _WORD.finditer(shown, low):
        # A window may begin inside a word.
        if match.start() == low and low and text[low - 1].isalnum():
            continue
        yield Word(match[0], *match.span())


def _is_open(text: str, low: int, high: int) -> bool:
    """Whether a name may go on over what stands between two words: spaces, or an aside in brackets."""
    return not ASIDE.sub("", text[low:high]).strip()


def english_left(around: Around) -> int:
    """Where a name begins whose head comes last: with the first of the words before it that may be part of a name."""
    words = _words_before(around)
    head_has_capital = around.text[around.core.start].isupper() and not around.begins_sentence
    taken: list[Word] = []
    start = around.core.start
    for place, word in enumerate(words):
        further = words[place + 1] if place + 1 < len(words) else None
        if not _is_open(around.text, word.end, start) or not _goes_on_left(
            around, word, further, taken, head_has_capital=head_has_capital
        ):
            break
        taken.append(word)
        start = word.start
    ties = words_of("ties", "en")
    leading = words_of("leading", "en")
    while taken and (
        taken[-1].low in ties
        or taken[-1].low in leading
        or taken[-1].text in DASHES
        or _WHOSE_MONEY.search(taken[-1].low)
    ):
        taken.pop()
    return taken[-1].start if taken else around.core.start


def _goes_on_left(
    around: Around, word: Word, further: Word | None, taken: list[Word], *, head_has_capital: bool
) -> bool:
    """Whether a name in English has a word that stands before what was taken so far."""
    if word.text in DASHES or word.low in words_of("ties", "en"):
        last = taken[-1] if taken else Word(around.text[slice(*around.core)], *around.core)
        after_capital = last.is_capital if taken else head_has_capital
        return further is not None and _ties_left(around, word, further, last, after_capital=after_capital)
    if _is_number_in_name(around, word, taken):
        return True
    if around.lang not in ENGLISH_ORDER and _is_of_headline(around, word):
        return False
    if _ends_english(word) or (_POSSESSIVE.search(word.text) and around.is_place(word)):
        return False
    if word.is_capital:
        return True
    has_capital = head_has_capital or any(w.is_capital for w in taken)
    # In a text in another language, words in lower case are that language's.
    may_be = around.lang == "en" and not has_capital and not _POSSESSIVE.search(word.text)
    return may_be and len(taken) < weights().names.plain_words and _may_describe(word)


def _is_of_headline(around: Around, word: Word) -> bool:
    """Whether a word before an English name is of a text in another language: a common one, or any of a headline in capitals."""
    return word.low in words_of("stops", around.lang) or (
        around.is_headline_case and not around.is_place(word)
    )


_WHOSE_MONEY = re.compile(
    r"-(?:backed|funded|aided|built|invested|supported|assisted|led|financed|donated|owned|run)$"
)
"""What a base has from whom, before its name: "China-backed"."""
_POSSESSIVE = re.compile(r"(?:['’]s|s['’])$")


def _ends_english(word: Word) -> bool:
    """Whether no name in English goes on over a word: "the", "on", "Monday", a number."""
    return word.low in words_of("stops", "en") or word.low in calendar() or word.text.isdigit()


def _ties_left(around: Around, tie: Word, further: Word, last: Word, after_capital: bool) -> bool:
    """Whether a joining word ties what stands before it to the name behind it."""
    if tie.text in DASHES:
        return around.is_place(last) and around.is_place(further)
    if f"{further.low} {tie.low} {last.low}" in name_words()["whole"]:
        return True
    # "Ministry of Health and the Joint Centre": what "the" begins is another name.
    is_near = _is_open(around.text, further.end, tie.start)
    return after_capital and is_near and further.is_capital and not _ends_english(further)


def _is_number_in_name(around: Around, word: Word, taken: list[Word]) -> bool:
    """Whether a number begins a name: it has a capital inside a sentence, and so has what follows."""
    if word.low not in name_words()["numbers"] or not (word.is_capital and taken and taken[-1].is_capital):
        return False
    before = around.text[: word.start].rstrip()
    return bool(before) and before[-1] not in ".!?:\n—–"


def _may_describe(word: Word) -> bool:
    """Whether a word in lower case may be a noun or an adjective: no participle, no adverb."""
    if "-" in word.text or word.low.endswith(("eed", "pply", "mbly", "mily")):
        return True  # "seed", "supply" are nouns
    return not (word.low.endswith(("ed", "ly")) or any(c.isdigit() for c in word.text))


def english_right(around: Around) -> int:
    """Where such a name ends: behind what it is for ("Institute *of Medicine*"), or a proper name behind its head."""
    has_capital = around.text[around.core.start].isupper()
    words = _words_behind(around)
    taken: list[Word] = []
    ties = words_of("ties", "en")
    for place, word in enumerate(words):
        before = taken[-1] if taken else None
        if not _is_open(around.text, before.end if before else around.core.end, word.start):
            break
        if word.low in ties:
            behind = _next_part(around, words, place)
            is_tied = any(w.low in ties for w in taken)
            if behind is None or not _ties_right(around, word, behind, has_capital=has_capital, tied=is_tied):
                break
        elif not (word.low == "the" and before and before.low in ties) and not _goes_on_right(
            around, word, taken, has_capital=has_capital
        ):
            break
        taken.append(word)
    while taken and (taken[-1].low in ties or taken[-1].low == "the"):
        taken.pop()
    # "A centre for climate change, food security and …" is told what it is for, it is not called so.
    if not taken or (not has_capital and around.text[taken[-1].end : taken[-1].end + 1] == ","):
        return around.core.end
    return taken[-1].end


def _goes_on_right(around: Around, word: Word, taken: list[Word], *, has_capital: bool) -> bool:
    """Whether a word behind the head of an English name is part of it: "Centre for *Rice*", "Park *Kuantan*"."""
    if _ends_english(word):
        return False
    if word.is_capital:
        in_phrase = bool(taken) and (taken[-1].is_capital or taken[-1].low in ("of", "the"))
        return (has_capital or in_phrase) and not (around.is_headline_case and not taken)
    is_tied = any(w.low in words_of("ties", "en") for w in taken)
    return not has_capital and is_tied and len(taken) <= weights().names.plain_words and _may_describe(word)


def _next_part(around: Around, words: Sequence[Word], place: int) -> Word | None:
    """The word that something ties to: the next one, behind an article."""
    for tie, word in zip(words[place:], words[place + 1 : place + 3], strict=False):
        if not _is_open(around.text, tie.end, word.start):
            return None
        if word.low != "the":
            return word
    return None


def _ties_right(around: Around, tie: Word, behind: Word, *, has_capital: bool, tied: bool) -> bool:
    if behind.low in words_of("stops", "en") or behind.low in calendar() or behind.text.isdigit():
        return False
    if tie.low in ands():
        # Only inside what the base is for: else "and" begins another thing.
        return tied and behind.is_capital == has_capital and not around.begins_base(behind.start)
    if has_capital:
        return behind.is_capital
    if tied:
        return False
    if behind.is_capital:
        return tie.low == "of"
    return _may_describe(behind) and not behind.low.endswith("ing")


_ADJECTIVES_FIRST = {"tl": re.compile(""), "de": re.compile(r"(?:e[snrm]?|-\w+)$"), "ru": re.compile(r"(?:[иыо]й|[ая]я|[ое]е|ого|его|ому|ему|[ую]ю|[иы]е|[иы]х|[иы]м)$")}  # fmt: skip
"""Languages that set adjectives before a head and all else behind it, with how these end."""


def left_of_head(around: Around) -> int:
    """Where a name begins whose head comes first: before the adjectives of "*Pinagsamang* Laboratoryo", "*Deutsch-Usbekisches* Zentrum"."""
    start = around.core.start
    if around.lang not in _ADJECTIVES_FIRST:
        return start
    for word in _words_before(around):
        if around.text[word.end : start].strip() or not word.is_capital:
            break
        if (
            word.low in words_of("stops", around.lang)
            or word.low in words_of("leading", around.lang)
            or word.low in calendar()
            or not _ADJECTIVES_FIRST[around.lang].search(word.low)
        ):
            break
        start = word.start
    return start


def behind_head(around: Around) -> int:
    """Where a name ends whose head comes first."""
    words = _words_behind(around)
    ties = words_of("ties", around.lang)
    taken: list[Word] = []
    for place, word in enumerate(words):
        before = taken[-1].end if taken else around.core.end
        if not _is_open(around.text, before, word.start):
            break
        behind = words[place + 1 : place + 2]
        if word.text in DASHES or (word.low in ties and not _is_english_tie(word, behind, taken)):
            if not _ties_behind(around, words, place, taken):
                break
        elif not _is_english_tie(word, behind, taken) and not _goes_on_behind(around, word, behind, taken):
            break
        taken.append(word)
    while taken and (taken[-1].low in ties or taken[-1].text in DASHES):
        taken.pop()
    return taken[-1].end if taken else around.core.end


def _goes_on_behind(around: Around, word: Word, behind: Sequence[Word], taken: list[Word]) -> bool:
    """Whether a word behind a head that comes first is part of the name."""
    if word.low in _TOGETHER and _means_with(around, word, behind, taken):
        return False
    ends = _is_stop(around, word, behind, taken, words_of("stops", around.lang)) or word.low in calendar()
    if ends or word.text[:1].isdigit():
        return word.is_capital and bool(taken)
    if word.is_capital:
        return True
    plain = sum(not w.is_capital for w in taken)
    # Behind its proper part a name has only Vietnamese words in lower case: "Hợp tác", "… về lúa lai".
    is_behind_proper = around.lang in ("id", "ms", "tl") and plain < len(taken)
    return not (is_behind_proper or around.is_known_name) and plain < weights().names.description


_TOGETHER = frozenset({"bersama", "cùng"})
"""Words that are "joint" in a name, and "together with" behind one."""


def _means_with(around: Around, word: Word, behind: Sequence[Word], taken: Sequence[Word]) -> bool:
    """Whether a word ties a base to who founds it: "a green zone *bersama* investor …", not "Laboratorium *Bersama* Vaksin"."""
    is_open = bool(behind) and not around.text[word.end : behind[0].start].strip()
    if not (taken and is_open) or behind[0].low in words_of("stops", around.lang):
        return False
    return not word.is_capital or around.is_headline_case


def _is_stop(
    around: Around, word: Word, behind: Sequence[Word], taken: list[Word], stops: frozenset[str]
) -> bool:
    if behind and f"{word.low} {behind[0].low}" in stops:
        return not word.is_capital or around.is_headline_case
    if word.low not in stops:
        return False
    pairs = [f"{taken[-1].low} {word.low}"] if taken else []
    pairs += [f"{word.low} {b.low}" for b in behind]
    if not set(name_words()["whole"]).isdisjoint(pairs):
        return False
    if around.lang != "vi":
        return True
    # A capital inside a sentence makes it a syllable of a name ("*Bằng* Tường"), one before it that of a word ("Tài *chính*").
    second = bool(taken) and taken[-1].is_capital and not around.is_place(taken[-1])
    return not (word.is_capital or (second and word.low in name_words()["second_syllables"]))


def _is_english_tie(word: Word, behind: Sequence[Word], taken: list[Word]) -> bool:
    """Whether an English name inside the name goes on: "… ng Chinese Academy *of* Sciences"."""
    ties = word.low in words_of("ties", "en") and word.low not in ands()
    return ties and bool(taken) and taken[-1].is_capital and bool(behind) and behind[0].is_capital


def _ties_behind(around: Around, words: Sequence[Word], place: int, taken: list[Word]) -> bool:
    """Whether what stands behind a joining word is part of the name, too."""
    tie = words[place]
    behind = next(
        (w for w in words[place + 1 : place + 3] if w.low not in words_of("ties", around.lang)), None
    )
    both = f"{tie.low} {words[place + 1].low}" if behind else tie.low
    if behind is None or both in words_of("stops", around.lang) or not _may_be_tied(around, behind):
        return False
    is_next = words[place + 1] is behind
    if is_next and not _is_open(around.text, tie.end, behind.start):
        return False
    has_capital = any(w.is_capital for w in taken)
    if tie.text in DASHES:
        return bool(taken) and taken[-1].is_capital and behind.is_capital
    if tie.low in ands():
        if not taken:  # "Zon Integrasi *dan* Pembangunan": the word for the base has a second noun itself
            is_tied = " " in around.text[slice(*around.core)] and behind.is_capital
            return is_tied and not around.begins_base(behind.start) and not around.is_headline_case
        return not around.begins_base(behind.start) and (behind.is_capital or not has_capital)
    return _says_what_for(around, tie, behind, is_next=is_next, has_capital=has_capital)


def _may_be_tied(around: Around, word: Word) -> bool:
    ends = _is_stop(around, word, (), [], words_of("stops", around.lang)) or word.low in calendar()
    return not (ends or word.text[:1].isdigit())


def _says_what_for(around: Around, tie: Word, behind: Word, *, is_next: bool, has_capital: bool) -> bool:
    """Whether what is tied says what the base is for or whose it is, and not where it stands."""
    if tie.low in _WHERE_TOO and around.is_place(behind):
        return False
    if tie.low in _FOR:
        # In German an adjective is small before its noun: "für grünen Wasserstoff".
        return behind.is_capital or not is_next or around.lang == "de"
    if around.lang == "tl" and not behind.is_capital:
        return not has_capital and not around.text[around.core.start].isupper()
    return True


_WHERE_TOO = frozenset({"sa", "en", "na"})
"""Joining words that say where as well: "Sentro *sa* Kultura", "*sa* Cebu"."""
_FOR = frozenset({"untuk", "para", "sur", "sobre", "für"})
