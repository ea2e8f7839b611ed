"""Whether a name in Latin letters can be what a text in another script writes by its sound.

Thai, Lao, Khmer and Burmese letters are read by their names in Unicode ("THAI CHARACTER KHO KHAI" is kh), Chinese ones in
pinyin, others as in `crawler.judging.entities.sounds`. Names are compared by their consonants in classes that no script keeps
apart, and by their vowels a little.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache, lru_cache

from crawler.judging.entities.pinyin import is_pinyin, reading
from crawler.judging.entities.sounds import skeleton, sound_of
from crawler.judging.text.script import main_script, script_of

_READ_BY_NAME = frozenset({"thai", "lao", "khmer", "myanmar"})
_CONSONANT = re.compile(r"(NG|NY|[KGTDPBCJ]{1,2}H|SH|SS|NN|LL|TT|DD|[KGCJTDNPBMYRLWSHFVZ])[AOU]?")
_SILENT = "\u0e4c\u0ecc\u17cd"
"""Marks of letters that are written and not spoken."""
_LONG = 160
"""Letters of a text in whose sounds a short name would be met by chance."""
_LIKE = {2: 1.0, 3: 1.0, 4: 0.85, 5: 0.8}
"""How alike the consonants of a name and of a part of a short text are at least, by their number."""
_MANY_LIKE, _LONG_LIKE = 0.76, 0.9
"""The same for more of them, and in a long text."""
_LEAST_SHORT, _LEAST_LONG = 2, 5
"""Consonants that a name has at least, to be found by its sound in a short text and in a long one."""


@lru_cache(maxsize=1024)
def _sound(char: str) -> str:
    """The sound of a letter of a script that is read by the names of its letters."""
    name = unicodedata.name(char, "")
    words = name.split()
    if words[-2:] in (["MAI", "HAN-AKAT"], ["MAI", "KAN"]):
        return "a"
    if "SARA" in words or "VOWEL" in words:
        return (
            words[-1][0].lower()
            if words[-1][0] in "AEIOUY"
            else next((w[0].lower() for w in words[::-1] if w[0] in "AEIOU"), "")
        )
    if "MEDIAL" in words:
        return {"YA": "y", "RA": "y", "WA": "w"}.get(words[-1], "")
    if unicodedata.category(char) == "Lo" and name.startswith(
        ("THAI CHARACTER", "LAO LETTER", "KHMER LETTER", "MYANMAR LETTER")
    ):
        found = _CONSONANT.match(
            words[-1] if "PALI" in words or "SANSKRIT" in words or "GREAT" in words else words[2]
        )
        read = found[1].lower() if found else ""
        if name.startswith("MYANMAR"):
            # As they are spoken and written: Than Soe.
            return {"SA": "th", "CA": "s", "CHA": "s"}.get(words[2], read)
        # What Lao and Khmer letters are named C is written ch: Techo, Champasak.
        return "ch" if read == "c" else read
    return ""


_TOGETHER = {"ရွှ": "shw", "ရှ": "sh", "\u102d\u102f": "o", "ຽ": "ia"}
"""Letters that are spoken otherwise than by their names, some of them together: ရှမ်း is Shan, ရွှေ Shwe, စိုး Soe, ວຽງ Viang."""


@lru_cache(maxsize=256)
def romanised(text: str) -> str:
    """A text in Latin letters, more or less as it sounds, without spaces."""
    out: list[str] = []
    low = text.casefold()
    for letters, spoken in _TOGETHER.items():
        low = low.replace(letters, spoken)
    for place, char in enumerate(low):
        script = script_of(char)
        if char in _SILENT and out:
            out.pop()
        elif script in _READ_BY_NAME:
            out.append(_sound(char))
        elif script == "han":
            out.append(reading(char))
        elif script in ("kana", "hangul", "cyrillic", "arabic"):
            out.append(sound_of(char))
        elif char.isalpha():
            out.append(
                "".join(c for c in unicodedata.normalize("NFD", char.replace("đ", "d")) if c.isascii())
            )
        elif place and not char.isalnum() and unicodedata.category(char)[0] != "M":
            out.append("")
    return "".join(out)


@lru_cache(maxsize=256)
def _bones(text: str) -> str:
    return skeleton(romanised(text))


@cache
def _letters(name: str) -> str:
    return romanised(name)


def sounds_in(name: str, text: str) -> bool:
    """Whether some part of a text sounds like a name.

    In a long text, in which anything short would be met, more of the name must be found.

    Args:
        name: a name in Latin letters, of one word or more.
        text: a text in another script.
    """
    if _is_heard(name, text):
        return True
    low = name.casefold()
    # Most scripts of the region write v and w alike, and Burmese writes j and ch with the letters of ky.
    others = {low.replace("v", "w")}
    if main_script(text) != "han" and all(map(is_pinyin, re.split(r"[\s-]+", low))):
        # As other scripts write what is spoken: Zhang Jianwei is จาง เจี้ยนเว่ย.
        spoken = low.replace("zh", "ch").replace("j", "ch").replace("q", "ch").replace("x", "s")
        others.add(re.sub(r"c(?!h)|z", "s", spoken))
    if main_script(text) == "han":
        # As Chinese was written in Latin letters before pinyin: Tsingshan.
        others.add(low.replace("tsi", "qi").replace("hs", "x"))
    if main_script(text) == "myanmar":
        others.add(re.sub("j|ch|gy", "ky", low))
    return any(_is_heard(other, text) for other in others - {low})


_LETTERS = [
    "ei",
    "bi",
    "si",
    "di",
    "i",
    "ef",
    "ji",
    "eich",
    "ai",
    "je",
    "ke",
    "el",
    "em",
    "en",
    "o",
    "pi",
    "kiu",
    "ar",
    "es",
    "ti",
    "yu",
    "vi",
    "dabliu",
    "ex",
    "wai",
    "set",
]
_SPOKEN = dict(zip("abcdefghijklmnopqrstuvwxyz", _LETTERS, strict=True))


_ABBREVIATION = re.compile("(?:[ก-ฮ]\\.?){2,6}(?<=\\.)")


def is_abbreviated(capitals: str, text: str) -> bool:
    """Whether a Thai text has an abbreviation of letters that sound like some capitals: ปตท. is PTT."""
    wanted = skeleton(capitals.casefold())
    return any(
        len(letters := found[0].replace(".", "")) == len(capitals)
        and [skeleton(_sound(c)) for c in letters] == [skeleton(c) for c in capitals.casefold()]
        for found in _ABBREVIATION.finditer(text)
    ) and bool(wanted)


def spelled_out(letters: str) -> str:
    """Capitals as they are spoken, which is how other scripts write them: BOI is บีโอไอ."""
    return "".join(_SPOKEN.get(c, "") for c in letters.casefold())


def _is_heard(name: str, text: str) -> bool:
    if main_script(text) == "han" and all(map(is_pinyin, re.split(r"[\s-]+", name))):
        # What can be pinyin is written so in full.
        return _letters(name) in romanised(text)
    wanted, there = skeleton(_letters(name)), _bones(text)
    is_long = len(there) > _LONG
    if len(wanted) < (_LEAST_LONG if is_long else _LEAST_SHORT):
        return not is_long and bool(wanted) and wanted in there and any(_alike_parts(name, text, _NEARLY))
    least = _LONG_LIKE if is_long else _LIKE.get(len(wanted), _MANY_LIKE)
    if _best(wanted, there) < least:
        return False
    return is_long or any(_best(wanted, skeleton(part)) >= least for part in _alike_parts(name, text))


def _best(wanted: str, there: str) -> float:
    """How much of a row of consonants is found in a longer one, at the place that has most of it."""
    best = 0.0
    size = len(wanted)
    for start in range(max(1, len(there) - size + 2)):
        for length in (size - 1, size, size + 1):
            part = there[start : start + length]
            if length > 0 and part:
                best = max(best, SequenceMatcher(None, wanted, part, autojunk=False).ratio())
        if best == 1:
            break
    return best


_ALIKE, _NEARLY = 0.66, 0.8
"""How alike a name and a part of a text are at least with their vowels; a name with a single consonant."""


def _alike_parts(name: str, text: str, least: float = _ALIKE) -> Iterator[str]:
    """The parts of a text, about as long as a name, that are near it with their vowels."""
    wanted, there = _letters(name), romanised(text)
    matcher = SequenceMatcher(None, "", wanted, autojunk=False)
    for more in (0, 1, 2):
        for at in range(max(1, len(there) - len(wanted) - more + 1)):
            part = there[at : at + len(wanted) + more]
            matcher.set_seq1(part)
            if matcher.quick_ratio() >= least and matcher.ratio() >= least:
                yield part
