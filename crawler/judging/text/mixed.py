"""Which script leads in a text of two, such as an English headline that quotes a Chinese name, or a Chinese one with acronyms.

The numbers of letters say it where one script has far more. Else it is the script in which something is said, not only named:
names and acronyms stay in their own script in news of every language.
"""

from __future__ import annotations

import re

from crawler.judging.text.script import SCRIPT_LANGUAGE, leading, script_counts

_COMPARABLE = 4
"""A script with more than so many times the letters of the other leads, whatever is said in which."""
_BALANCED = 1.5
"""Where something is said in both, and neither has more than so many times the letters of the other, the claim decides."""
_LEAST = 2
"""Latin words with small letters that are a sentence; one alone may be "e-commerce" or "vs"."""
_WORD_IN_SMALL = re.compile(r"[^\W\d_]*[a-zà-öø-ÿ][^\W\d_]*", re.UNICODE)
"""A Latin word that is no acronym."""
_SMALL_WORD = re.compile(r"(?<![^\W_])[a-zà-öø-ÿ][^\W\d_]+", re.UNICODE)
"""A Latin word that begins with a small letter: hardly ever a name."""
_HAN_PARTICLE = re.compile("[的在与與和将將于於为為了对對被是至从從及向等已也都还還不把]")
_HIRAGANA = re.compile("[\u3041-\u3096]")
_LONGEST_NAME = 12
"""Characters of Thai, Lao, Khmer or Burmese; more hardly are only a name."""


def leading_script(text: str, claimed: str | None) -> str:
    """The script that a text is written in; of two that are about as frequent, the one in which something is said.

    Args:
        text: a headline, with its text where there is one.
        claimed: the language that its source claims, ISO 639-1. It decides where nothing is said in either script, or in both.
    """
    counts = script_counts(text)
    others = {name: number for name, number in counts.items() if name != "latin"}
    if "latin" not in counts or not others:
        return leading(counts)
    other = leading(others)
    small, large = sorted((counts["latin"], others[other]))
    if small * _COMPARABLE < large:
        return leading(counts)
    in_latin = len(set(_SMALL_WORD.findall(text))) >= _LEAST
    in_other = _says_something(text, other, others[other])
    if in_latin != in_other:
        return "latin" if in_latin else other
    if not _WORD_IN_SMALL.search(text):
        return other  # "中国 ASEAN 2025 FTA 3.0", whatever the source claims
    if not in_latin or small * _BALANCED >= large:
        by_claim = _script_of_claim(claimed, other)
        if by_claim is not None:
            return by_claim
    # Acronyms and names in Latin letters stand in news of every language.
    return leading(counts) if in_latin else other


def _says_something(text: str, script: str, letters: int) -> bool:
    if script == "han":
        return bool(_HAN_PARTICLE.search(text))
    if script == "kana":
        return bool(_HIRAGANA.search(text))
    return letters > _LONGEST_NAME


def _script_of_claim(claimed: str | None, other: str) -> str | None:
    """Which of Latin and another script a language is written in; None for one that is written in neither."""
    if claimed is None:
        return None
    if SCRIPT_LANGUAGE.get(other) == claimed:
        return other
    return None if claimed in SCRIPT_LANGUAGE.values() else "latin"
