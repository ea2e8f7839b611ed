"""Burmese in the Zawgyi encoding put into Unicode, as one traced step of the normal form.

Google's detector says which encoding a text is in. The packages that also convert keep no account of where each character
came from, which evidence needs; so the table of signs (data/zawgyi.yaml) is read and the order of syllables put right here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from myanmartools import ZawgyiDetector

from crawler.judging.text.rewriting import Origins, Replace, Rewritten, Step, Traced, Translate, blocks_of
from crawler.judging.weights import weights
from crawler.runtime.data_tables import table

_KINZI = "\u1004\u103a\u1039"
_LETTER = "[\u1000-\u102a\u103f\u104e]"
_SIGN = re.compile(
    "\u1039(?![\u1000-\u1021])|(?<![\u1000-\u102a\u103b-\u103f])[\u1031\u103b]|(?<=[\u1000-\u102a])\u1064"
    "|[\u1060-\u1063\u1065-\u1097]|\u103a\u1039(?<!\u1004\u103a\u1039)"
)
"""What Unicode Burmese does not hold: a stacking sign that stacks nothing, a vowel or medial before its consonant, and
the code points that Zawgyi put to uses of its own. Texts without any need no detector, and converted ones hold none."""


@cache
def _detector() -> ZawgyiDetector:
    return ZawgyiDetector()


def has_signs(text: str) -> bool:
    """Whether a text holds what Unicode Burmese does not. Texts without are left as they are."""
    return _SIGN.search(text) is not None


def is_zawgyi(text: str) -> bool:
    """Whether a text (by its beginning) is Burmese in the Zawgyi encoding."""
    if not _SIGN.search(text):
        return False
    weigh = weights().language
    probability: float = _detector().get_zawgyi_probability(text[: weigh.most_script])
    return probability >= weigh.zawgyi


def _signs() -> dict[int, str]:
    data = table("zawgyi.yaml")
    return {
        int(code, 16): "".join(chr(int(c, 16)) for c in signs.split())
        for code, signs in data["signs"].items()
    }


def _syllable(match: re.Match[str]) -> str:
    """Kinzi, consonant, stacked consonant, medials, vowel e: the order of Unicode (Technical Note 11)."""
    vowel, medial, letter, kinzi, stacked, medials = match.groups()
    return (_KINZI if kinzi else "") + letter + stacked + "".join(sorted({*medial, *medials})) + vowel


_CONVERSION: tuple[Step, ...] = (
    Translate(_signs()),
    # The digit zero typed for the letter wa.
    Replace("\u1040(?=[\u102b-\u103e])|(?<=\u1031)\u1040", "\u101d"),
    # The letter U typed for NYA, which looks the same before these signs.
    Replace("\u1025(?=[\u1039\u103a\u102c])", "\u1009"),
    # The letter UU typed as U and a vowel sign.
    Replace("\u1025\u102e", "\u1026"),
    Replace(
        f"(\u1031?)(\u103c?)({_LETTER})(\u1064?)((?:\u1039[\u1000-\u1021])?)([\u103b\u103d\u103e]*)",
        _syllable,
    ),
)


class Zawgyi(Step):
    """Zawgyi into Unicode, line by line, for pages quote one encoding in the other; every other text stays as it is."""

    needs = blocks_of("\u1000\u1080")

    def apply(self, text: str) -> Rewritten:
        """The text in Unicode."""
        if not _SIGN.search(text):
            return Rewritten(text, True)
        made = "".join(_converted(line) if zawgyi else line for line, zawgyi in _lines(text))
        return Rewritten(made, made == text)

    def traced(self, text: str, origins: Origins) -> Traced:
        """The text in Unicode, with the origins of its characters."""
        if not _SIGN.search(text):
            return Traced(text, origins)
        parts, starts, ends, place = [], list[int](), list[int](), 0
        for line, zawgyi in _lines(text):
            end = place + len(line)
            made = Traced(line, Origins(origins.starts[place:end], origins.ends[place:end]))
            for step in _CONVERSION if zawgyi else ():
                made = step.traced(*made)
            parts.append(made.text)
            starts.extend(made.origins.starts)
            ends.extend(made.origins.ends)
            place = end
        return Traced("".join(parts), Origins(starts, ends))


def _converted(line: str) -> str:
    for step in _CONVERSION:
        line = step(line)
    return line


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """The lines of a text and whether each is Zawgyi; one that does not show it itself goes with the whole."""
    # A line of a few signs does not show its encoding; the text around it does.
    whole = is_zawgyi(text)
    for line in text.splitlines(keepends=True):
        yield line, is_zawgyi(line) if _SIGN.search(line) else whole


def in_unicode(text: str) -> str:
    """A text in Unicode, whichever encoding of Burmese it is in; everything else in it stays as it is written."""
    return Zawgyi().apply(text).text if is_zawgyi(text) else text
