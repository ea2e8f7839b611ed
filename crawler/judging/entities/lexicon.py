"""What words name, and what that is called in the languages of the region: the packaged tables as one bilingual lexicon.

Seven tables are read: what news of cooperation is about (``concepts.yaml``), words of the names of bases (``base_parts.yaml``) and of
their fields (``fields.yaml``), other words of news (``news_words.yaml``), people, projects and organisations (``entities.yaml``), countries and places (CLDR and GeoNames), and
everyday things (``everyday_words.json``, Unicode CLDR).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from crawler.judging.entities.known import concepts, entities
from crawler.judging.places.gazetteer import gazetteer
from crawler.judging.text.language import LANGUAGES
from crawler.judging.text.normal import normal_spelling
from crawler.judging.text.script import SCRIPT_LANGUAGE, UNSPACED, script_of
from crawler.runtime.data_tables import table

LONGEST = 5
"""Words of the longest name that is looked for in a row of words."""
LONGEST_RUN = 14
"""Characters of the longest name that is looked for in a script without spaces."""
LEAST_SHARED = 2
"""Languages in which two things must share a name to be nearly the same: in one, a word may mean both by chance."""
MOST_RELATED = 4
MOST_SPELLINGS = 12
"""Spellings of one thing in one language; the tables list the usual ones first."""
_JOINING = (
    "a an and at by for from in into of on or the to with news about new dan dari di ke pada untuk yang dengan "
    "và của ở cho tại với ng sa mga ang na และ ของ ใน ที่ กับ 和 与 的 及 在 និង នៅ ແລະ ຂອງ နှင့် ၏"
)
_NO_THING = frozenset(_JOINING.split())
"""Words that join others and name nothing."""
_TURNING = (
    "without not no non nor never tanpa tidak bukan tak không chẳng hindi walang wala ไม่ ບໍ່ មិន 不 非 无 無"
)
_NEGATIONS = frozenset(_TURNING.split())
"""Words that turn round what stands beside them; alone they name nothing: travel without a visa."""
_VIETNAMESE = re.compile("[ăđơưạ-ỹ]", re.IGNORECASE)
_WORD = re.compile(r"[^\s,;，、；]+")
_SIGNS = "\"'“”‘’«»「」《》()[]{}<>$=*^!?.:。："
"""Signs around words that would mean something in a term or a query."""
_OR = re.compile(r"\s*[/|／]\s*|\s+(?:or|atau|hoặc|หรือ|ຫຼື|ឬ|သို့မဟုတ်)\s+|或者", re.IGNORECASE)
"""What joins alternatives."""


class TermOrigin(StrEnum):
    """Where a term comes from."""

    TYPED = "typed"
    EXAMPLES = "examples"
    CONCEPTS = "concepts"
    BASES = "words of bases"
    FIELDS = "fields"
    NEWS = "words of news"
    NAMES = "names"
    PLACES = "places"
    EVERYDAY = "Unicode CLDR"
    STORE = "stories in several languages"


@dataclass(frozen=True, slots=True, eq=False)
class Meaning:
    """A thing that words name; equal only to itself.

    Attributes:
        name: what it is called in English, or in its table.
        origin: the table that has it.
        spellings: what it is called, by language; ``*`` for any language.
    """

    name: str
    origin: TermOrigin
    spellings: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class NamedThing:
    """One thing that somebody looks for.

    Attributes:
        typed: the words as they were typed; of alternatives, those of the first.
        meanings: what they may mean; none where no table has them.
        others: alternatives, any of which will do as well.
    """

    typed: str
    meanings: tuple[Meaning, ...] = ()
    others: tuple[NamedThing, ...] = ()

    @property
    def alternatives(self) -> tuple[NamedThing, ...]:
        """The thing itself and its alternatives, each alone."""
        return (NamedThing(self.typed, self.meanings), *self.others)


def language_of_spelling(spelling: str) -> str:
    """The language that a spelling stands under in a term set: by its script, Vietnamese by its letters.

    English otherwise, whose words count in every text in Latin script.
    """
    first = next((script_of(c) for c in spelling if c.isalpha()), "latin")
    if first == "latin":
        return "vi" if _VIETNAMESE.search(spelling) else "en"
    return SCRIPT_LANGUAGE.get(first, "*")


@cache
def _index() -> Mapping[str, tuple[Meaning, ...]]:
    """The meanings of each spelling in normal form."""
    found: dict[str, dict[Meaning, None]] = {}
    for meaning in _meanings():
        for spellings in meaning.spellings.values():
            for spelling in spellings:
                key = normal_spelling(spelling.strip("=*"))
                found.setdefault(key, {})[meaning] = None
    return {key: tuple(named) for key, named in found.items() if key}


def _meanings() -> Iterator[Meaning]:
    for concept in concepts():
        yield _meaning(
            concept.name.partition(":")[2].replace("_", " "), TermOrigin.CONCEPTS, concept.spellings
        )
    parts = table("base_parts.yaml")
    for name, spellings in (*parts["heads"].items(), *parts["before"].items()):
        # The tables hold English once, as a name: in texts it is a word like others.
        yield _meaning(name, TermOrigin.BASES, {"en": [_as_word(name)], **spellings})
    for name, spellings in table("fields.yaml")["words"].items():
        yield _meaning(name, TermOrigin.FIELDS, spellings)
    for name, spellings in table("news_words.yaml").items():
        yield _meaning(name, TermOrigin.NEWS, spellings)
    for entity in entities():
        yield _meaning(entity.name.partition(":")[2], TermOrigin.NAMES, _by_script(entity.spellings["*"]))
    yield from _places()
    for row in table("everyday_words.json"):
        yield _meaning(row["en"], TermOrigin.EVERYDAY, {lang: [name] for lang, name in row.items()})


def _places() -> Iterator[Meaning]:
    known = gazetteer()
    for named in known.sets:
        if not named.name.startswith("places_"):
            yield _meaning(named.name, TermOrigin.PLACES, named.spellings)
    by_place: dict[str, list[str]] = {}
    for named in known.sets:
        for spelling in named.spellings["*"] if named.name.startswith("places_") else ():
            place = known.places.get((named.name, normal_spelling(spelling.removesuffix("*"))))
            if place is not None:
                by_place.setdefault(place.name, []).append(spelling)
    for name, spellings in by_place.items():
        yield _meaning(name, TermOrigin.PLACES, _by_script(spellings))


def _as_word(name: str) -> str:
    return " ".join(word if word.isupper() else word.lower() for word in name.split(" "))


def _by_script(spellings: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for spelling in spellings:
        found.setdefault(language_of_spelling(spelling), []).append(spelling)
    return found


def _meaning(name: str, origin: TermOrigin, spellings: Mapping[str, Sequence[str]]) -> Meaning:
    own = {
        lang: tuple(dict.fromkeys(str(s).strip() for s in spellings[lang]))[:MOST_SPELLINGS]
        for lang in (*LANGUAGES, "*")
        if spellings.get(lang)
    }
    return Meaning(name, origin, own)


def meanings_of(words: str) -> tuple[Meaning, ...]:
    """The things that some words name, in whatever language; English words also in the plural.

    Args:
        words: as somebody typed them.
    """
    index = _index()
    found = {m: None for form in _forms(normal_spelling(words)) for m in index.get(form, ())}
    return tuple(found)


def related_to(meanings: Iterable[Meaning], words: str) -> tuple[Meaning, ...]:
    """Things that are nearly the same: by what two languages call them, or by a longer English name that has the words in it.

    Args:
        meanings: the things themselves, which are left out.
        words: as somebody typed them.
    """
    own = set(meanings)
    index = _index()
    shared: dict[Meaning, set[str]] = {}
    for meaning in own:
        for lang, spellings in meaning.spellings.items():
            for other in {m for s in spellings for m in index.get(normal_spelling(s.strip("=*")), ())}:
                shared.setdefault(other, set()).add(lang)
    near = [m for m, languages in shared.items() if m not in own and len(languages - {"*"}) >= LEAST_SHARED]
    key = normal_spelling(words)
    if key.isascii() and (not own or " " in key or "-" in key):
        # "High-speed railway" for "high-speed rail"; and where nothing has the words, longer names with them.
        longer = re.compile(rf"{re.escape(key)}[a-z]+" if own else rf"(?:.* )?{re.escape(key)}(?: .*)?")
        near += [m for m in all_meanings() if m not in own and longer.fullmatch(_plain(m.name, own))]
    return tuple(dict.fromkeys(near))[:MOST_RELATED]


def _plain(name: str, own: set[Meaning]) -> str:
    """An English name as it is compared: where nothing is known yet, by the parts of its compounds."""
    key = normal_spelling(name)
    return key if own else key.replace("-", " ")


@cache
def all_meanings() -> tuple[Meaning, ...]:
    """All things that the tables have."""
    return tuple({m: None for meanings in _index().values() for m in meanings})


def _forms(key: str) -> Iterator[str]:
    """Words as they are, and their English singular or plural."""
    yield key
    if key.endswith("ies"):
        yield f"{key[:-3]}y"
    if key.endswith("es"):
        yield key[:-2]
    if key.endswith("s"):
        yield key[:-1]
    if "-" in key:
        yield key.replace("-", " ")
    yield f"{key}s"


def plural_of(word: str) -> str | None:
    """The English plural of a word that matching does not find by itself; None where it does."""
    if len(word) > 3 and word[-1] == "y" and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    return None


def things_in(words: str) -> list[NamedThing]:
    """The things that somebody looks for, each with what it may mean: the longest names first, joining words left out.

    Args:
        words: a few words in any language; a stroke or "or" joins alternatives, such as ``durian export/import``.
    """
    found: list[NamedThing] = []
    for number, chunk in enumerate(_OR.split(words)):
        things = _in_chunk(chunk)
        if number and found and things:
            last, first = found.pop(), things.pop(0)
            found.append(NamedThing(last.typed, last.meanings, (*last.others, first)))
        found += things
    return found


def pieces_of(thing: NamedThing) -> list[NamedThing]:
    """The things that a name of several words is made of, such as scam and centre; none unless all of them have a meaning."""
    words = [word for word in _WORD.findall(thing.typed) if word.lower() not in _NO_THING]
    if len(words) < 2 or thing.others:
        return []
    pieces = [NamedThing(word, meanings_of(word)) for word in words]
    return pieces if all(piece.meanings for piece in pieces) else []


def _in_chunk(words: str) -> list[NamedThing]:
    found: list[NamedThing] = []
    row: list[str] = []
    for written in _WORD.findall(words):
        word = written.strip(_SIGNS)
        if word.lower() in _NO_THING or not any(c.isalnum() for c in word):
            continue
        if script_of(word[0]) in UNSPACED:
            found += _in_row(row)
            row = []
            found += _in_run(word)
        else:
            row.append(word)
    return [*found, *_in_row(row)]


def _in_row(words: Sequence[str]) -> Iterator[NamedThing]:
    at = 0
    while at < len(words):
        for end in range(min(len(words), at + LONGEST), at, -1):
            typed = " ".join(words[at:end])
            meanings = meanings_of(typed)
            if meanings or end == at + 1:
                if typed.lower() not in _NEGATIONS:
                    yield NamedThing(typed, meanings)
                at = end
                break


def _in_run(run: str) -> Iterator[NamedThing]:
    """The things in a run of a script without spaces; what no table has stays together."""
    at, unknown = 0, ""
    while at < len(run):
        end = next(
            (e for e in range(min(len(run), at + LONGEST_RUN), at + 1, -1) if meanings_of(run[at:e])), None
        )
        if end is None:
            unknown += run[at]
            at += 1
            continue
        yield from _unknown(unknown)
        unknown = ""
        yield NamedThing(run[at:end], meanings_of(run[at:end]))
        at = end
    yield from _unknown(unknown)


def _unknown(run: str) -> Iterator[NamedThing]:
    if run and run not in _NO_THING | _NEGATIONS:
        yield NamedThing(run)
