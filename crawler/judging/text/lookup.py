"""Something said of each character of a text, all at once."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

import numpy as np

Codes = np.ndarray[Any, np.dtype[np.uint32]]

PLANES = 0x20000
"""Code points with an entry of their own. What lies behind them (rare Chinese characters) shares the last one."""
_UNKNOWN = 0xFFFFFFFF
_CODE = np.dtype("<u4")


def codes_of(text: str) -> Codes:
    """The code points of a text, halves of pairs among them."""
    # Called without the detour by the codec's name, which takes three times as long for a short text.
    return np.frombuffer(codecs.utf_32_le_encode(text, "surrogatepass")[0], _CODE)


def text_of(codes: Codes) -> str:
    """The text of some code points."""
    return codecs.utf_32_le_decode(codes.tobytes(), "surrogatepass")[0]


class Lookup:
    """A number of 31 bits for each character. Worked out as characters come, for only some thousand ever do.

    Args:
        entry: the number of a character.
        others: that of all characters behind `PLANES`.
    """

    def __init__(self, entry: Callable[[str], int], others: int) -> None:
        self._entry = entry
        self._table = np.full(PLANES + 1, _UNKNOWN, dtype=np.uint32)
        self._table[PLANES] = others

    def __call__(self, codes: Codes) -> Codes:
        """The numbers of some characters, in their order."""
        found: Codes = self._table.take(codes, mode="clip")
        if found.size and int(found.max()) == _UNKNOWN:
            # Not by `np.unique`, which loads numpy's masked arrays: 1.5 MB.
            for code in set(codes[found == _UNKNOWN].tolist()):
                self._table[code] = self._entry(chr(code))
            found = self._table.take(codes, mode="clip")
        return found
