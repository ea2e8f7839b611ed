"""Malay, Indonesian and Filipino words with their prefixes, suffixes and infixes: a capital at the beginning of a sentence makes no name of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.assist.plain_words import words_of

_MALAY_BEFORE = (
    "memper", "diper", "ber", "ter", "pem", "pen", "peng", "peny", "per", "pe", "mem", "men", "meng", "meny", "me", "di", "ke", "se",
)  # fmt: skip
_MALAY_AROUND = re.compile(r"(?:me|di|pe|per|ke|ber|memper|diper)\w{3,}(?:kan|an|i|nya)")
_MALAY_BEHIND = ("kan", "an", "i", "nya", "lah")
_NASALS = {"mem": "p", "men": "t", "meng": "k", "meny": "s", "pem": "p", "pen": "t", "peng": "k", "peny": "s"}
_FILIPINO_VERB = re.compile(
    r"[bdghklmnprstwy]?(?:um|in)[aeiou]\w{2,}|(?:nag|ipina|ipinag|pinag|naka|isina|itina|inila|inaa)-?\w{3,}"
)
"""Forms of verbs that hardly any name has."""
_FILIPINO_BEFORE = re.compile(r"(?:mag|pag|pina|maka|mang|nang)-?(\w{3,})")
_FILIPINO_BEHIND = ("ng", "g", "an", "in")
_LEAST_INFLECTED = 8
"""Letters of a word that is taken for an inflected one though its stem is not known."""
_LEAST_STEM = 3


def is_inflected(word: str, lang: str) -> bool:
    """Whether a word in small letters is one of a language, as it stands or as it is inflected; False for others than these three."""
    known = words_of(lang)
    if word in known:
        return True
    if lang in ("id", "ms"):
        is_formed = len(word) >= _LEAST_INFLECTED and _MALAY_AROUND.fullmatch(word) is not None
        return is_formed or any(len(s) >= _LEAST_STEM and s in known for s in _malay_stems(word))
    if lang == "tl":
        before = _FILIPINO_BEFORE.fullmatch(word)
        is_formed = _FILIPINO_VERB.fullmatch(word) is not None or (
            before is not None and len(word) >= _LEAST_INFLECTED
        )
        return is_formed or any(len(s) >= _LEAST_STEM and s in known for s in _filipino_stems(word))
    return False


def _malay_stems(word: str) -> Iterator[str]:
    for form in (word, *(word.removesuffix(e) for e in _MALAY_BEHIND)):
        yield form
        for before in _MALAY_BEFORE:
            if form.startswith(before):
                stem = form.removeprefix(before)
                # The first letter of a stem may melt into the prefix: menulis is tulis.
                yield stem
                yield _NASALS.get(before, "") + stem


def _filipino_stems(word: str) -> Iterator[str]:
    for form in (word, *(word.removesuffix(e) for e in _FILIPINO_BEHIND)):
        yield form
        if found := _FILIPINO_BEFORE.fullmatch(form):
            yield found[1]
