"""The letters of a text in normal form, without making the normal form where that changes nothing of them.

Most of what feeds bring needs only its letters: to be recognised when it comes again, and to be ruled out as news
(`crawler.judging.queries.gate`). The steps of the normal form mostly move marks, spaces and dashes. So one look-up for each
character, all at once, gives the letters of most texts, and shows whether a text has anything for which the steps have to be gone
through.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from crawler.judging.text import zawgyi
from crawler.judging.text.lookup import PLANES, Codes, Lookup, codes_of, text_of
from crawler.judging.text.normal import BURMESE_ORDER, VIETNAMESE_TONES, in_normal_form, normalise

_FIRST_FLAG = 21
_CODE = np.uint32((1 << _FIRST_FLAG) - 1)
_STEPS, _SEVERAL, _BURMESE, _KHMER, _TONED, _ODD, _MARK, _NOT_LATIN = (
    1 << n for n in range(_FIRST_FLAG, _FIRST_FLAG + 8)
)
"""What an entry says beside the letter (or a space for what parts words, or 0 for what vanishes): the steps are needed; it stands for several letters; Burmese; the sign
of a Khmer subscript; a vowel whose tone mark may move; what is another character, or several, or none in normal form; a mark, which
is no letter; what is not of Latin script."""
_SPACE = 0x20
_OWN_STEPS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17dc]")
"""The scripts whose marks the normal form only puts in order: none of them is a letter, and none joins a letter but one (`_JOINED`)."""
_MOVED = frozenset("\u0e48\u0e49\u0e4a\u0e4b\u0e4d\u0ec8\u0ec9\u0eca\u0ecb\u0ecd")
"""The Thai and Lao marks that often stand in another order than the normal form's; they are left out."""
_NOTHING = "[\u00ad\u034f\u061c\u17b4\u17b5\u180e\u200b-\u200f\u2060\ufeff\ufe0e\ufe0f]*"
"""What vanishes, so that its neighbours touch."""
_JOINED = re.compile(f"\u1025{_NOTHING}\u102e")
"""A Burmese letter and the one mark that makes another letter of it."""
_SUBSCRIPT_RO = re.compile(f"\u17d2{_NOTHING}\u179a{_NOTHING}\u17d2")
"""The subscript RO before another one, which the normal form puts behind it."""
_TONED_VOWELS = frozenset("òóỏõọùúủũụ")
_LETTER = re.compile(r"[^\W\d_]")
_ASCII = bytes.maketrans(bytes(range(65, 91)), bytes(range(97, 123)))
_NO_ASCII_LETTER = bytes(c for c in range(128) if not chr(c).isalnum())
_ASCII_WORDS = bytes.maketrans(
    bytes(range(65, 91)) + _NO_ASCII_LETTER, bytes(range(97, 123)) + b" " * len(_NO_ASCII_LETTER)
)
_several: dict[int, str] = {}
"""Single characters that are several letters, such as the Lao ໜ, with those letters."""


def _ranks() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """By code point the place of a mark among its like, where the normal form puts them in order. Mostly they stand in order."""
    found = np.zeros(PLANES + 1, dtype=np.uint8)
    for place, mark in enumerate("\u103b\u103c\u103d\u103e" + BURMESE_ORDER, 1):
        found[ord(mark)] = place
    # Of two Khmer vowels typed for one the second never stands behind the first.
    found[
        list(map(ord, "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e47\u0eb1\u0eb4\u0eb5\u0eb6\u0eb7\u0ebb\u17b6\u17b8"))
    ] = 1
    found[0x17C1] = 2
    return found


_RANKS = _ranks()


class Letters(NamedTuple):
    """The letters of a headline and a text, in UTF-8. Halves of characters stay such (``surrogatepass``).

    Attributes:
        title: the letters and digits of the headline.
        text: those of the text: what is left of `crawler.judging.text.normal.Normal.core`.
        searched: all letters of both, in which terms are looked for: of Latin texts the words with one space between them, at the
            beginning and the end too; of others the letters with most of their marks, and nothing between them.
        is_latin: whether all letters are Latin.
    """

    title: bytes
    text: bytes
    searched: bytes
    is_latin: bool


def letters_of(title: str, text: str) -> Letters:
    """The letters of a headline and a text in normal form."""
    if title.isascii() and text.isascii():
        words = f"{title}\n{text}".encode("ascii").translate(_ASCII_WORDS)
        return Letters(_ascii(title), _ascii(text), _spaced(words), True)
    found = _looked_up(title, text)
    if found is None:  # once more, for what was just learned may be all that was in the way
        parted = title.translate(_several), text.translate(_several)
        found = _looked_up(*parted) if parted != (title, text) else None
    if found is not None:
        return found
    one, other = normalise(title), normalise(text)
    core, others = (part.core.encode("utf-8", "surrogatepass") for part in (one, other))
    return Letters(core, others, key_of(f"{one.text}\n{other.text}"), False)


def letters_in(text: str) -> bytes:
    """The letters and digits of one text in normal form, as ``text`` of `letters_of`."""
    return _ascii(text) if text.isascii() else letters_of("", text).text


def key_of(normal: str) -> bytes:
    """What ``searched`` holds of something in normal form, in a text that is not wholly Latin."""
    found = _entries(codes_of(normal)) & _CODE
    return _encoded(found[found > _SPACE])


def keys_of(several: Sequence[str]) -> list[bytes]:
    """`key_of` for each of several, none of which has a line break: one look-up for all of them costs little more than for one."""
    codes = codes_of("\n".join(several))
    found = _entries(codes) & _CODE
    is_end = codes == ord("\n")
    found[is_end] = ord("\n")
    return _encoded(found[(found > _SPACE) | is_end]).split(b"\n") if several else []


def words_of(normal: str) -> bytes:
    """What ``searched`` holds of something in normal form that is wholly Latin, in a text that is so, too."""
    return b" ".join("".join(c if c.isalnum() else " " for c in normal).encode().split())


def is_latin(normal: str) -> bool:
    """Whether all letters and digits of something in normal form are Latin."""
    return all(map(_is_latin, normal))


def _is_latin(char: str) -> bool:
    return char < "\u0250" or "\u1e00" <= char <= "\u1eff" or not (char.isalnum() or _is_mark(char))


def _ascii(text: str) -> bytes:
    return text.encode("ascii").translate(_ASCII, _NO_ASCII_LETTER)


def _spaced(words: bytes) -> bytes:
    """Words with one space between them, before and behind."""
    return b" %b " % b" ".join(words.split())


def _encoded(letters: Codes) -> bytes:
    return text_of(letters).encode("utf-8", "surrogatepass")


def _looked_up(title: str, text: str) -> Letters | None:
    """The letters by looking up each character; None if that is not enough to know them."""
    # Together, since the cost of a look-up is mostly the call; a line
    # break keeps what stands on both sides of it from touching.
    both = f"{title}\n{text}"
    entries = _entries(codes_of(both))
    flags = int(np.bitwise_or.reduce(entries))
    if flags & (_MARK | _BURMESE | _TONED) and not flags & (_STEPS | _SEVERAL):
        put = _put_right(both, flags)
        if put is None:
            return None
        if put != both:
            entries = _entries(codes_of(put))
            flags = int(np.bitwise_or.reduce(entries))
    if flags & (_STEPS | _SEVERAL):
        return None
    found = entries & _CODE
    is_letter = found > _SPACE
    if not flags & _NOT_LATIN:
        searched = _spaced(_encoded(found[found > 0]))
    else:
        kept = found[is_letter]
        if flags & _MARK:
            if not _are_in_order(kept):
                return None
            is_letter &= (entries & _MARK) == 0
        searched = _encoded(kept)
    letters = found[is_letter]
    first = int(np.count_nonzero(is_letter[: len(title)]))
    return Letters(_encoded(letters[:first]), _encoded(letters[first:]), searched, not flags & _NOT_LATIN)


def _are_in_order(letters: Codes) -> bool:
    """Whether the steps of the normal form leave marks in the order in which they stand."""
    ranks = _RANKS.take(letters, mode="clip")
    behind = ranks[1:]
    if bool(((ranks[:-1] >= behind) & (behind > 0)).any()):
        return False
    # Marks between which something vanished are put in order by composing once more.
    return unicodedata.is_normalized("NFC", text_of(letters))


def _put_right(text: str, flags: int) -> str | None:
    """A text with its marks and Vietnamese tones where the normal form has them, no longer and no shorter.

    None if letters move or change in another way.
    """
    made = unicodedata.normalize("NFC", text)
    # In another encoding of Burmese every sign may be a letter.
    if flags & _BURMESE and (zawgyi.has_signs(made) or _JOINED.search(made)):
        return None
    if flags & _KHMER and _SUBSCRIPT_RO.search(made):
        return None
    if flags & _TONED:
        if flags & _ODD:
            return None
        made = VIETNAMESE_TONES(made.lower())
    return made if len(made) == len(text) else None


def _entry(char: str) -> int:
    """What is looked up for a character: its letter, and the flags."""
    made = in_normal_form(char)
    kept = [c for c in made if c.isalnum() or (_is_mark(c) and c not in _MOVED)]
    if (
        any(map(_may_join, (char, *made)))
        or any(ord(c) >= PLANES for c in kept)
        or (unicodedata.combining(char) and any(map(str.isalnum, made)))
    ):
        return _STEPS
    if kept and not _MOVED.issuperset(made.replace(kept[0], "", 1)):
        _several[ord(char)] = made
        return _SEVERAL
    flags = 0
    if "\u1000" <= char <= "\u109f":
        flags |= _BURMESE
    if char == "\u17d2":
        flags |= _KHMER
    if not _TONED_VOWELS.isdisjoint(made):
        flags |= _TONED
    if not _is_simple(char, made):
        flags |= _ODD
    if not all(map(_is_latin, made)):
        flags |= _NOT_LATIN
    if not kept:
        return flags | (0 if _MOVED.issuperset(made) else _SPACE)
    if not kept[0].isalnum():
        flags |= _MARK
    return flags | ord(kept[0])


def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] == "M"


def _may_join(char: str) -> bool:
    """Whether composing may change a character, or join it to the one before it."""
    if (
        not unicodedata.is_normalized("NFC", char)
        or "\u1100" <= char <= "\u11ff"
        or "\ud7b0" <= char <= "\ud7ff"
    ):
        return True
    return _is_mark(char) and not _OWN_STEPS.match(char)


def _is_simple(char: str, made: str) -> bool:
    """Whether a character is in normal form what it is in small letters, or parts words before and after."""
    if any(map(str.isalnum, made)):
        return made == char.lower()
    return bool(made) and not _LETTER.match(char)


_entries = Lookup(_entry, _STEPS)
