"""How far the name of a base reaches in scripts without spaces between words: never into a word, by ICU's dictionaries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from icu4py.breakers import WordBreaker

from crawler.judging.bases.name_around import ASIDE, DASHES, HARD, Around, Extent, Word
from crawler.judging.bases.name_words import ands, founders, is_in_whole, name_words, words_of
from crawler.judging.text.script import UNSPACED, script_of
from crawler.judging.weights import weights

_HAN_ASIDE = re.compile(r"[(（][\u4e00-\u9fffA-Z]{1,6}[)）]")


def _pieces(around: Around, low: int, high: int) -> list[Word]:
    """The words of a stretch by ICU's dictionaries, spaces among them."""
    lang = UNSPACED[script_of(around.hit.pattern.key[:1])]
    found: list[Word] = []
    at = low
    for piece in WordBreaker(around.text[low:high], lang):
        found.append(Word(str(piece), at, at + len(piece)))
        at += len(piece)
    return found


_LONGEST_STOP = 4
"""The most pieces into which a dictionary cuts one of the words that end a name."""


def _stop_at(around: Around, pieces: Sequence[Word], place: int, stops: frozenset[str]) -> int:
    """How many pieces, from one on, are together a word that ends a name; 0 where none does."""
    joined = ""
    longest = 0
    for number, piece in enumerate(pieces[place : place + _LONGEST_STOP], 1):
        joined += piece.text
        if joined in stops and not is_in_whole(around.text, pieces[place].start, piece.end):
            longest = number
    return longest


def grow_right(around: Around) -> Extent:
    """Thai, Lao and Khmer: the head comes first, and a space ends the name unless what follows belongs to it."""
    pieces = _pieces(around, around.core.end, around.high)
    end = around.core.end
    place = 0
    is_for = False
    limit = around.core.start + weights().names.longest_unspaced
    while place < len(pieces) and pieces[place].end <= limit:
        piece = pieces[place]
        if tied := _tie_at(around, pieces, place):
            is_for = is_for or "".join(p.text for p in pieces[place : place + tied]).strip() in _purposes()
            place += tied
            continue
        # "A base for *new* industries" is not a new base.
        if is_for and (said := _stop_at(around, pieces, place, words_of("fresh", around.lang))):
            place += said
            end = pieces[place - 1].end
            continue
        if not _goes_on_right(around, pieces, place):
            break
        if piece.text[0].isalnum() or around.is_place(piece):
            end = piece.end
        place += 1
    return Extent(around.core.start, end)


@cache
def _purposes() -> frozenset[str]:
    return frozenset(name_words()["purpose"])


def _goes_on_right(around: Around, pieces: Sequence[Word], place: int) -> bool:
    """Whether a piece belongs to the name, or may stand inside it."""
    piece = pieces[place]
    if piece.text.isspace():
        return _goes_on_behind_space(around, pieces, place + 1)
    if HARD.search(piece.text):
        aside = ASIDE.match(around.text, piece.start)
        return aside is not None and _is_latin_capital(around.text[aside.end() : aside.end() + 1])
    if around.is_place(piece):
        return True
    ends = words_of("stops", around.lang) | words_of("ties", around.lang)
    # A number is none of a name, also where the dictionary leaves it at a word: ថ្មី២.
    return not (_stop_at(around, pieces, place, ends) or any(c.isdigit() for c in piece.text))


def _tie_at(around: Around, pieces: Sequence[Word], place: int) -> int:
    """How many pieces are a joining word behind which the name goes on; 0 where there is none."""
    ties = words_of("ties", around.lang)
    number = _stop_at(around, pieces, place, ties)
    if not number:
        return 0
    joined = "".join(p.text for p in pieces[place : place + number])
    behind = place + number
    while behind < len(pieces) and pieces[behind].text.isspace():
        behind += 1
    if behind == len(pieces) or _stop_at(around, pieces, behind, words_of("stops", around.lang)):
        return 0
    if joined in ands() and around.begins_base(pieces[behind].start):
        return 0
    return behind - place


def _goes_on_behind_space(around: Around, pieces: Sequence[Word], place: int) -> bool:
    """Whether the name goes on behind a space: with a joining word, a pair of parties, a name in Latin letters."""
    if place >= len(pieces):
        return False
    piece = pieces[place]
    if _is_latin_capital(piece.text[:1]) or piece.text in DASHES:
        return True
    if _tie_at(around, pieces, place):
        return True
    if around.is_place(piece):
        return _is_pair(around, piece)
    return _is_listed(around, pieces, place)


def _is_listed(around: Around, pieces: Sequence[Word], place: int) -> bool:
    """Whether a run of words up to the next space is a member of a list that ends in "and": ស្រាវជ្រាវ ដាំដុះ និងចម្រាញ់."""
    for number, piece in enumerate(pieces[place:], place):
        if piece.text.isspace():
            behind = pieces[number + 1 : number + 2]
            return number > place and bool(behind) and behind[0].text in ands()
        if HARD.search(piece.text) or _stop_at(around, pieces, number, words_of("stops", around.lang)):
            return False
    return False


def _is_pair(around: Around, piece: Word) -> bool:
    """Whether a country begins a pair of them: ລາວ-ຈີນ, ไทยและจีน."""
    spans = around.named_places
    first = next(p for p in spans if p.start < piece.end and piece.start < p.end)
    if not DASHES.isdisjoint(around.text[first.start : first.end]):
        return True  # a pair that the configuration knows as one name
    nearest = next((p for p in spans if p.start >= first.end), None)
    if nearest is None:
        return False
    between = around.text[first.end : nearest.start].strip()
    return between in ands() or between in DASHES


def _is_latin_capital(char: str) -> bool:
    return char.isascii() and char.isupper()


def grow_left_burmese(around: Around) -> Extent:
    """Burmese: the head comes last. Whole phrases before it belong to the name unless a particle ends them."""
    low = max(around.low, around.core.start - weights().names.longest_unspaced)
    pieces = _pieces(around, low, around.core.start)[::-1]
    start = around.core.start
    at_end = False
    phrases = 1
    for piece in pieces:
        if piece.text.isspace():
            at_end = True
            phrases += 1
            continue
        if HARD.search(piece.text) or phrases > weights().names.phrases or _is_day(around, piece):
            break
        # With spaces around it a dash closes a dateline.
        if piece.text in DASHES and around.text[piece.end : piece.end + 1].isspace():
            break
        if _ties_burmese(around, piece):
            at_end = False
            phrases -= 1
            continue
        if _ends_burmese(around, piece, at_end=at_end):
            break
        if piece.start == low and low > 0 and not around.text[low - 1].isspace():
            break
        start = piece.start
        at_end = False
    end = around.core.end
    for piece in _pieces(around, end, around.high):
        if piece.text != "ဌာန":
            break
        end = piece.end
    return Extent(start, end)


def _is_day(around: Around, piece: Word) -> bool:
    """Whether a piece is a number of a day or of things, and not of a place: ၁၀၅ မိုင်."""
    return piece.text[0].isdigit() and not around.text[piece.end :].lstrip().startswith("မိုင်")


def _ties_burmese(around: Around, piece: Word) -> bool:
    """Whether a piece is an "and" between two fields, ဉာဏ်ရည်တု*နှင့်* ကျွမ်းကျင်မှု, and not between two founders."""
    return piece.text in words_of("ties", "my") and not (
        around.text[: piece.start].endswith(founders()) or around.is_place_before(piece.start)
    )


def _ends_burmese(around: Around, piece: Word, *, at_end: bool) -> bool:
    """Whether a piece ends what stands before it, so that the name begins behind it.

    Args:
        around: the text around the head.
        piece: the piece.
        at_end: whether it ends a phrase, where particles stand; inside words these letters are others.
    """
    if piece.text in words_of("back", "my") or piece.text in _BURMESE_STRONG - {"ကို"}:
        return True
    if not at_end or around.is_place(piece):
        return piece.text == "ကို" and not around.is_place(piece)
    if piece.text in words_of("stops", "my") or piece.text in words_of("ties", "my"):
        return True
    if around.text[: piece.end].endswith(_connectives()):
        return True
    return piece.text.endswith((*_BURMESE_STRONG, *_BURMESE_WHERE, "သည်", "ခဲ့", "တဲ့", "မယ့်"))


@cache
def _connectives() -> tuple[str, ...]:
    """The words that open a sentence or compare ("besides", "like"), which dictionaries cut into pieces."""
    return tuple(word for word in words_of("stops", "my") if len(word) >= _SHORTEST_CONNECTIVE)


_SHORTEST_CONNECTIVE = 5
_BURMESE_WHERE = ("အတွင်း", "အနီး", "အပေါ်", "ဘေး", "အနောက်", "ရှေ့", "နံဘေး", "အကြား", "ပြင်ပ", "ဝန်းကျင်")
"""Nouns of place behind what is near or around it."""
_BURMESE_STRONG = frozenset(
    {"တဲ့", "မယ့်", "တွင်", "၌", "သည့်", "သော", "မည့်", "ဖြင့်", "ကို", "ရှိ", "ထားသည့်", "အား", "အနေဖြင့်"}
)
"""Particles of case and of relative clauses, which end what stands before them even inside a phrase."""


def grow_left_han(around: Around) -> Extent:
    """Chinese: the head comes last; the name begins behind the last word that is none of a name."""
    low = max(around.low, around.core.start - weights().names.reach_han)
    start = around.core.start
    asides = [m.span() for m in _HAN_ASIDE.finditer(around.text, low, around.core.start)]
    pieces = [p for p in _pieces(around, low, start) if not any(a <= p.start < b for a, b in asides)][::-1]
    taken: list[Word] = []
    for place, piece in enumerate(pieces):
        further = pieces[place + 1] if place + 1 < len(pieces) else None
        if not _goes_on_left_han(around, piece, further, taken):
            break
        taken.append(piece)
    while taken and not taken[-1].text[0].isalnum():
        taken.pop()
    start = taken[-1].start if taken else start
    return Extent(_without_count(around, start), _han_right(around))


def _goes_on_left_han(around: Around, piece: Word, further: Word | None, taken: list[Word]) -> bool:
    text = piece.text
    if text in "-–—·・":
        return bool(taken) and further is not None and not HARD.search(further.text)
    if text in words_of("ties", "zh"):
        # 中国和老挝…, 农业与食品…: of two countries, or of two fields; else what stands before is another thing.
        if not taken or further is None or HARD.search(further.text):
            return False
        if around.is_place(further) or around.is_place(taken[-1]):
            return around.is_place(taken[-1]) and around.is_place(further)
        return not further.text.endswith(founders()) and further.text not in _stops_of(around)
    if text.isspace() or HARD.search(text) or text[0].isdigit():
        return False
    return (
        not (text in _stops_of(around) or text.endswith("的"))
        or around.is_place(piece)
        or is_in_whole(around.text, piece.start, piece.end)
    )


def _stops_of(around: Around) -> frozenset[str]:
    """The words that end a name in characters: Japanese has particles besides those of Chinese."""
    chinese = words_of("stops", "zh")
    return chinese | words_of("stops", "ja") if around.lang == "ja" else chinese


_COUNT = re.compile(
    r"(?:首|第[一二三四五六七八九十百\d]+|[一二两三四五六七八九十\d]+)(?:个|家|座|批|所|处|条|项|间)"
)
_MEASURE = re.compile(
    r"[万亿余多]*(?:公顷|英亩|平方公里|平方千米|平方米|公里|亩|吨|层|期|年|大|个|家|座|批|所|处|条|项|间)+"
)


def _without_count(around: Around, start: int) -> int:
    """The beginning behind a number or an ordinal: 70公顷水稻合作区, 首个…."""
    if around.text[max(0, start - 1) : start].isdigit():
        measure = _MEASURE.match(around.text, start, around.core.start)
        start = measure.end() if measure else start
    counted = list(_COUNT.finditer(around.text[start : around.core.start]))
    return start + counted[-1].end() if counted else start


def _han_right(around: Around) -> int:
    behind = re.match(
        r"(?:创新)?(?:园区|园|区|中心|基地|平台|集群)(?![\u4e00-\u9fff]?长)",
        around.text[around.core.end : around.high],
    )
    return around.core.end + behind.end() if behind else around.core.end
