"""Words that texts write in small letters, so that a capital makes no names of them: headlines are full of capitals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from crawler.judging.entities.known import concepts, entities
from crawler.judging.text.normal import normal_spelling
from crawler.runtime.data_tables import table

_ENDINGS = (
    "'s",
    "’s",
    "s'",
    "s’",
    "s",
    "es",
    "ed",
    "d",
    "ing",
    "ly",
    "er",
    "ers",
    "ies",
    "ied",
    "al",
    "ally",
    "ness",
    "ment",
    "able",
    "isation",
    "ization",
    "ised",
    "ized",
    "ise",
    "ize",
    "wide",
    "ity",
)
_SPOKEN_LIKE_ENGLISH = {"our": "or", "tre": "ter", "isation": "ization", "ise": "ize", "ised": "ized", "ising": "izing", "ence": "ense", "ogue": "og", "mme": "m", "lled": "led", "lling": "ling"}  # fmt: skip


@cache
def english_words() -> frozenset[str]:
    """English words that are written in small letters."""
    listed = set(table("english_words.json")["words"].split())
    known = {
        w.casefold()
        for c in concepts()
        for s in c.spellings.get("en", ())
        for w in re.findall(r"[a-zA-Z]+", s)
        if w.islower()
    }
    kinds = {
        w.casefold()
        for s in ("heads", "before")
        for name in table("base_parts.yaml")[s]
        for w in re.findall(r"[a-zA-Z]+", str(name))
    }
    # A Luban Workshop is a kind of base, and Luban a name.
    named = {w.casefold() for e in entities() for w in re.findall(r"[a-zA-Z]+", e.name.partition(":")[2])}
    return frozenset(listed | ((known | kinds) - named))


@cache
def words_of(lang: str) -> frozenset[str]:
    """Words of a language that the packaged tables write in small letters."""
    tables = [c.spellings.get(lang, ()) for c in concepts()]
    for section in ("heads", "before"):
        tables += [
            names.get(lang, ())
            for names in table("base_parts.yaml")[section].values()
            if isinstance(names, Mapping)
        ]
    acts = table("base_acts.yaml").get(lang, {})
    tables += [words for words in (acts.get("acts") or {}).values()]
    grammar = table("grammar_words.yaml").get(lang, ())
    extra = table("assist_words.yaml")["capitals"].get(lang, ())
    numbers = table("number_words.yaml")["numbers"].get(lang, {})
    everyday = [row[lang] for row in table("everyday_words.json") if lang in row]
    spelled = (w for words in (*tables, grammar, extra, numbers, everyday) for w in words)
    return frozenset(part.casefold() for s in spelled for part in re.findall(r"[^\W\d_]+", str(s)))


def is_english(word: str) -> bool:
    """Whether a word, or one that it is made of, is an English word in small letters."""
    low = word.casefold().replace("’", "'")
    known = english_words()
    forms = {low, *(low.removesuffix(e) for e in _ENDINGS)}
    forms |= {f + more for f in list(forms) for more in ("e", "y", "ate")} | {
        f[:-1] for f in forms if f[-1:] == f[-2:-1]
    }
    forms |= {f.replace(a, b) for f in list(forms) for a, b in _SPOKEN_LIKE_ENGLISH.items() if a in f}
    return any(len(f) > 1 and f in known for f in forms)


@cache
def _by_meaning(lang: str) -> dict[str, tuple[str, ...]]:
    """By each English word of a concept or a part of a name, how a language says it."""
    found: dict[str, list[str]] = {}
    rows = [
        ((c.name.partition(":")[2], *c.spellings.get("en", ())), c.spellings.get(lang, ()))
        for c in concepts()
    ]
    for section in ("heads", "before"):
        parts = table("base_parts.yaml")[section].items()
        rows += [((str(name),), names.get(lang, ())) for name, names in parts if isinstance(names, Mapping)]
    for english, own in rows:
        for word in {w for name in english for w in re.findall(r"[a-z]+", name.casefold())}:
            found.setdefault(word, []).extend(normal_spelling(str(o).strip("=*")) for o in own)
    return {word: tuple(dict.fromkeys(own)) for word, own in found.items()}


def meanings(word: str, lang: str) -> tuple[str, ...]:
    """How a language says an English word, in normal form, by the packaged tables; empty where they do not have it."""
    return _by_meaning(lang).get(word, ()) or _by_meaning(lang).get(word.removesuffix("s"), ())
