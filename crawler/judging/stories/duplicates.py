"""Fingerprints by which a re-published text is known again, also shortened, re-headlined or with a frame around it.

Winnowing (Schleimer, Wilkerson, Aiken: "Winnowing: Local Algorithms for Document Fingerprinting", SIGMOD 2003):
of the hashes of all k-grams the least in each window is kept, so that any shared passage of at least
``window + k - 1`` characters shares a fingerprint. Fingerprints are looked up in an index, never compared pairwise.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection
from functools import cache
from itertools import islice
from typing import Any

import numpy as np

from crawler.judging.text.letters import Letters, letters_in, letters_of
from crawler.judging.text.script import UNSPACED, main_script
from crawler.judging.weights import weights

WINDOW = 8
_DOUBLINGS = (1, 2, 4)
"""The least of eight neighbours is that of two, of two such pairs, and of two such fours."""
_GRAM = {"han": 6}
_GRAM_UNSPACED, _GRAM_SPACED = 12, 20
_MOST_BYTES = 4
"""Of one letter in UTF-8."""
MOST = 400
"""Fingerprints kept of one text: some 1,800 characters, more than an agency report's core."""


_BASE, _MIX = np.uint64(0x100000001B3), np.uint64(0x9E3779B97F4A7C15)
"""The base of the k-grams' polynomial hash (the FNV prime) and the multiplier that spreads it (2^64 over the golden ratio)."""


def _core(text: str) -> str:
    """The letters and digits of a text in normal form."""
    return letters_in(text).decode("utf-8", "surrogatepass")


def text_hash(title: str, text: str) -> str:
    """A hash of the words alone; equal for texts that differ in case, marks, spaces and Chinese script only.

    The headline counts where the text is so short that many articles of an outlet can have the same.
    """
    return hash_of(letters_of(title, text))


def hash_of(letters: Letters) -> str:
    """The `text_hash` of the letters of a headline and a text."""
    words = letters.text
    # "News" or "Read more" under different headlines are different articles.
    grams = weights().copies.short_grams
    # No script has longer passages, and no letter more bytes: a longer text need not be asked for its script.
    if len(words) < grams * _GRAM_SPACED * _MOST_BYTES:
        core = words.decode("utf-8", "surrogatepass")
        if len(core) < grams * _GRAM_SPACED and len(core) < grams * _gram(core):
            words = b"\0".join((words, letters.title))
    return hashlib.blake2b(words, digest_size=12).hexdigest()


def letters(text: str) -> int:
    """How many letters and digits a text has in normal form."""
    return len(_core(text))


def least_telling(text: str) -> int:
    """How many letters a passage in the script of ``text`` needs to say by itself what a text reports."""
    return weights().copies.telling_grams * _gram(_core(text))


def is_long_passage(shared: int, text: str) -> bool:
    """Whether so many shared fingerprints are a passage that says by itself what a text reports."""
    return shared * weights().copies.spacing >= least_telling(text)


def are_enough(fingerprints: int) -> bool:
    """Whether a text has enough fingerprints to be compared by them; of others only the exact words are compared."""
    return fingerprints >= weights().copies.least


def least_shared() -> int:
    """How many fingerprints two texts share at least, if one may be a copy of the other."""
    return math.ceil(weights().copies.containment * weights().copies.least)


def shares_enough(shared: int, smaller: int) -> bool:
    """Whether so many of the ``smaller`` text's fingerprints stand in the other one that it may be a copy."""
    return are_enough(smaller) and shared >= weights().copies.containment * smaller


def _gram(core: str) -> int:
    """The length of a fingerprinted passage in the script of a text."""
    script = main_script(core)
    return _GRAM.get(script, _GRAM_UNSPACED if script in UNSPACED else _GRAM_SPACED)


def fingerprint(text: str) -> frozenset[int]:
    """The winnowed 32-bit hashes of a text."""
    return fingerprint_of(letters_in(text))


def fingerprint_of(letters: bytes) -> frozenset[int]:
    """The `fingerprint` of a text by its letters, as ``text`` of `crawler.judging.text.letters.letters_of`."""
    core = letters.decode("utf-8", "surrogatepass")
    gram = _gram(core)
    if len(core) < gram:
        return frozenset()
    hashes = _grams(_codes(core), gram)
    least = hashes
    # Three passes of numpy over the whole text instead of one window at a time in Python.
    for reach in _DOUBLINGS if len(hashes) >= WINDOW else ():
        least = np.minimum(least[:-reach], least[reach:])
    if len(hashes) < WINDOW:
        least = hashes.min(keepdims=True)
    # The least of one window mostly is that of the next one, too.
    changes = least[np.flatnonzero(least[1:] != least[:-1]) + 1]
    # The first ones, in the order of the text: a long page ends in what is not the article.
    return frozenset(islice(dict.fromkeys([int(least[0]), *changes.tolist()]), MOST))


def without(text: str, repeated: Collection[int]) -> str:
    """The letters and digits of a text, in normal form, that stand in none of some passages.

    Args:
        text: the text.
        repeated: the fingerprints of the passages.
    """
    core = _core(text)
    if not repeated:
        return core
    gram = _gram(core)
    if len(core) < gram:
        return core
    hashes = _grams(_codes(core), gram)
    kept = []
    done = 0
    # Not by numpy, which would sort both first.
    for place in [i for i, found in enumerate(hashes.tolist()) if found in repeated]:
        # Winnowing keeps one hash in each window, so a repeated
        # passage goes on between two hashes that are so near.
        if place > done + WINDOW + gram or not done:
            kept.append(core[done:place])
        done = max(done, place + gram)
    return "\n".join([*kept, core[done:]])


def _codes(core: str) -> np.ndarray[Any, np.dtype[np.uint64]]:
    return np.frombuffer(core.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)


def _grams(codes: np.ndarray[Any, np.dtype[np.uint64]], gram: int) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """A 32-bit hash of each k-gram of code points."""
    found: np.ndarray[Any, np.dtype[np.uint64]] = np.correlate(codes, _powers(gram), "valid")
    return ((found ^ (found >> np.uint64(29))) * _MIX) >> np.uint64(32)


@cache
def _powers(gram: int) -> np.ndarray[Any, np.dtype[np.uint64]]:
    powers = np.cumprod(np.array([1, *[_BASE] * (gram - 1)], dtype=np.uint64), dtype=np.uint64)
    return powers[::-1].copy()
