"""Names of people and organisations in an answer in Latin script: each must be a name of what it is made from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from crawler.assist.inflections import is_inflected
from crawler.assist.judged_words import remembered
from crawler.assist.plain_words import is_english, meanings
from crawler.assist.trust.amounts import money_in
from crawler.assist.trust.likeness import is_abbreviated, sounds_in, spelled_out
from crawler.assist.trust.persons import is_of_family
from crawler.assist.trust.verdict import quoted
from crawler.assist.trust.where import country_words, named_in
from crawler.judging.entities.known import entities
from crawler.judging.entities.sounds import skeleton
from crawler.judging.text.dates import calendar_names
from crawler.judging.text.matching import Matcher, field_of
from crawler.judging.text.nearness import outermost
from crawler.judging.text.normal import normal_spelling, normalise
from crawler.judging.text.script import main_script, script_of
from crawler.judging.text.terms import patterns

_LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
_WORD = re.compile(
    rf"(?<![{_LATIN}\d])[{_LATIN}](?:[{_LATIN}\d\u0300-\u036f]|['’.&](?=[{_LATIN}\d])|-(?=[a-z\u00df-\u00ff\d]))*"
)
_LONGEST_SPELLED = 6
_STEM = 5
"""Letters by which words are of one stem: agricultural, agriculture."""
_LEAST_INSIDE = 6
"""Letters of a word that may stand inside a longer one."""
_VIETNAMESE_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?[aeiouyăâêôơư]{1,3}(?:ch|ng|nh|[cmnptiouy])?", re.IGNORECASE
)  # fmt: skip


@cache
def _entity_matcher() -> Matcher:
    return Matcher(patterns(entities(), [e.name for e in entities()]))


@lru_cache(maxsize=256)
def entities_in(text: str, lang: str) -> tuple[tuple[str, int, int], ...]:
    """The entities of the packaged tables that a text names, each with where."""
    findings = _entity_matcher().find_in([field_of("text", text)], lang)
    field = findings.fields["text"]
    return tuple(
        (h.pattern.set_name, *field.normal.span(h.start, h.end))
        for h in outermost(h for hits in findings.hits.values() for h in hits)
    )


@cache
def _scripts_of_entities() -> Mapping[str, frozenset[str]]:
    return {e.name: frozenset(main_script(s) for s in e.spellings["*"]) for e in entities()}


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c))


@cache
def _calendar() -> frozenset[str]:
    return frozenset(word.casefold() for names in calendar_names() for name in names for word in name.split())


_INSIDE = re.compile(rf"(?:[{_LATIN}][-–—]|(?<=[a-z] )[A-Z][{_LATIN}]*['’]s )$")
"""What stands before a part of a longer name: "Vietnam-China railway" is not China Railway."""


class KnownNames:
    """The names of what an answer is made from.

    Args:
        texts: each text with its language.
        names: what names in them are called in the language of the answer.
    """

    def __init__(self, texts: Iterable[tuple[str, str]], names: Mapping[str, str]) -> None:
        self._texts = tuple(texts)
        whole = "\n".join(text for text, _ in self._texts)
        self._languages = frozenset(lang for _, lang in self._texts)
        self._normal = tuple((lang, normalise(text).text) for text, lang in self._texts)
        normal = "\n".join(text for _, text in self._normal)
        self._known = {name for text, lang in self._texts for name, _, _ in entities_in(text, lang)}
        self.glossary = {
            mine: theirs for mine, theirs in names.items() if theirs and normal_spelling(mine) in normal
        }
        self._words = {_folded(w) for w in re.findall(r"[^\W\d_]+", whole)}
        self._compact = re.sub(r"[\W_]+", "", _folded(whole))
        self._others = tuple(text for text, _ in self._texts if main_script(text) != "latin")

    def proved(self, answer: str, to: str) -> tuple[set[int], str]:
        """The characters of an answer that are names by a table or the glossary; and a name of a table that is in no text, or empty."""
        taken: set[int] = set()
        for theirs in self.glossary.values():
            # Any dash stands for any other.
            spelled = "[-–—]".join(map(re.escape, re.split("[-–—]", theirs)))
            for match in re.finditer(spelled, answer, re.IGNORECASE):
                taken.update(range(*match.span()))
        for name, start, end in entities_in(answer, to):
            if start in taken:
                continue
            written = answer[start:end]
            if (
                name in self._known
                or self._has(written)
                or self._means(written)
                or self._is_put(written)
                or self._is_spelt(written)
            ):
                taken.update(range(start, end))
            elif not self._may_be_written(name) and not _INSIDE.search(answer, 0, start):
                return taken, written
        return taken, ""

    def _means(self, written: str) -> bool:
        """Whether a name is made of English words, and a text has one of them in its language."""
        words = re.findall(r"[^\W\d_]+", written)
        return all(map(is_english, words)) and any(
            self._tells(w) for w in words if not _is_generic(w) or w.casefold().startswith("park")
        )

    def _is_spelt(self, written: str) -> bool:
        """Whether Chinese characters are read like a name, or a Vietnamese text has somebody of the same family."""
        return any(
            (main_script(text) == "han" and sounds_in(written, text))
            or (lang in ("vi", "zh") and is_of_family(written, text))
            for text, lang in self._texts
        )

    def _is_put(self, written: str) -> bool:
        """Whether a text in another script tells some words of a name, and has what sounds like the others."""
        words = re.findall(r"[^\W\d_]+", written)
        meant = [w for w in words if is_english(w) and self._tells(w)]
        rest = [w for w in words if w not in meant]
        return bool(meant and rest) and self.is_heard(" ".join(rest))

    def _may_be_written(self, entity: str) -> bool:
        """Whether a text is in a script of which no table has the entity's name: its words are held against the text then."""
        scripts = _scripts_of_entities()[entity]
        return any(main_script(t) not in scripts for t in self._others)

    def _has(self, words: str) -> bool:
        # Digits beside letters are held against those of the original as numbers.
        parts = [_folded(w) for w in re.findall(r"[^\W\d_]+", words)]
        return bool(parts) and all(
            p in self._words or (len(p) >= _LEAST_INSIDE and p in self._compact) for p in parts
        )

    def has_word(self, word: str) -> bool:
        """Whether a word stands in a text, whatever its case and marks; in parts where it is joined by dashes."""
        bare = re.sub(r"(?:['’]s|s['’]|s)$", "", word)
        return self._has(word) or self._has(bare) or self._has_further(bare)

    def _has_further(self, word: str) -> bool:
        known = remembered("assist_claims.yaml")["further_names"].get(word.capitalize(), ())
        return any(normal_spelling(str(way)) in text for way in known for _, text in self._normal)

    def unknown_words(self, words: Sequence[str]) -> str:
        """The words of a name, made of English words, of which no text says anything; empty where there are none."""
        return " ".join(w for w in words if not self._tells(w))

    def _tells(self, word: str) -> bool:
        """Whether a text in Latin script has a word of the same stem, or one in another language what means it."""
        stem = _folded(word)[:_STEM]
        if any(w.startswith(stem) for w in self._words):
            return True
        return any(p in text for lang, text in self._normal for p in meanings(word.casefold(), lang))

    def is_heard(self, name: str) -> bool:
        """Whether a text in another script has something that sounds like a name."""
        if name.isupper() and len(name) <= _LONGEST_SPELLED and not name.isspace():
            if any(is_abbreviated(name, text) for text in self._others):
                return True
            name = spelled_out(name)
        return any(sounds_in(name, text) for text in self._others) or any(
            lang in ("vi", "zh") and is_of_family(name, text) for text, lang in self._texts
        )


def capitalised(answer: str) -> list[list[tuple[str, int]]]:
    """The runs of words with capitals in an answer, each word with where it begins."""
    runs: list[list[tuple[str, int]]] = []
    last = -2
    for match in _WORD.finditer(answer):
        word = match[0].rstrip(".")
        if not any(c.isupper() for c in word) or script_of(word[0].casefold()) != "latin":
            continue
        between = answer[last : match.start()] if last >= 0 else "."
        if between in (" ", "-", " & ", "’s ", "'s ") and runs:
            runs[-1].append((word, match.start()))
        else:
            runs.append([(word, match.start())])
        last = match.start() + len(match[0])
    return runs


def faults_of_names(answer: str, to: str, named: KnownNames, *, strict: bool) -> Iterator[str]:
    """What an answer calls by a name that what it is made from does not have.

    Args:
        answer: the answer.
        to: its language.
        named: the names of what it is made from.
        strict: whether names that are made of common words must be proved, too.
    """
    proved, unknown = named.proved(answer, to)
    if unknown:
        yield f"It names what no report names: {quoted(unknown)}."
        return
    # Countries, places and currencies are held against the original elsewhere.
    for mention in named_in(answer, to):
        proved.update(range(mention.start, mention.end))
    for start, end in money_in(answer):
        proved.update(range(start, end))
    short = {str(w) for w in remembered("assist_words.yaml")["short_words"]}
    is_headline = _is_headline(answer)
    for run in capitalised(answer):
        words = [(w, at) for w, at in run if at not in proved and w not in short and not named.has_word(w)]
        plain = {at for w, at in words if _is_plain(w, to) or (to == "en" and _is_generic(w))}
        if to in _INFLECTED and _begins_sentence(answer, run[0][1]):
            # A capital says nothing there, but a word that the language has not may be a name.
            first = {at for w, at in words if at == run[0][1] and is_inflected(w.casefold(), to)}
            plain |= {at for w, at in words if at in first and w.casefold() not in _personal_names()}
        unproved = [w for w, at in words if at not in plain]
        common = [
            w for w, at in words if at in plain and not _is_generic(w) and w.casefold() not in country_words()
        ]
        if unproved:
            is_weak = not is_headline and len(skeleton(" ".join(unproved))) < _TELLING
            # "Anwar Ibrahim" as a whole sounds like more than each of its words; "Elon" alone like too much.
            whole = " ".join(w for w, at in words if at not in plain or (is_weak and w in common))
            # The rest of the name being told, little more has to be heard: "Techo" beside what says airport.
            rest = [w for w, at in words if at in plain]
            is_meant = (
                is_weak
                and bool(rest)
                and not named.unknown_words(rest)
                and named.is_heard(" ".join(unproved))
            )
            if (
                is_meant
                or named.is_heard(whole)
                or all(len(skeleton(w)) >= _TELLING and named.is_heard(w) for w in unproved)
            ):
                continue
            yield f"It names what no report names: {quoted(whole)}."
            return
        if (
            strict
            and to == "en"
            and not is_headline
            and len(run) > 1
            and (strange := named.unknown_words(common))
        ):
            yield f"It names what no report names: {quoted(strange)}."
            return


_INFLECTED = ("id", "ms", "tl")
"""Languages whose words are known with their prefixes and suffixes."""


def _begins_sentence(answer: str, at: int) -> bool:
    before = answer[:at].rstrip(" \"'“‘(")
    return not before or before[-1] in ".!?:;–—"


@cache
def _personal_names() -> frozenset[str]:
    people = remembered("personal_names.json")
    return frozenset(f"{people['given']} {people['family']}".split())


_TELLING = 3
"""Consonants of a name by which it is known again."""
_LEAST_CAPITALS = 0.8


def _is_headline(answer: str) -> bool:
    """Whether most words have a capital, so that it says nothing."""
    words = [w for w in re.findall(r"[^\W\d_]+", answer) if len(w) > _TELLING]
    return len(words) > _TELLING and sum(w[0].isupper() for w in words) > _LEAST_CAPITALS * len(words)


@cache
def _generic() -> frozenset[str]:
    return frozenset(remembered("assist_words.yaml")["generic"])


def _is_generic(word: str) -> bool:
    low = re.sub(r"['’]s?$", "", word.casefold())
    return low in _generic() or low.removesuffix("s") in _generic()


def _is_plain(word: str, to: str) -> bool:
    """Whether a word with a capital is a word of the language and no name."""
    bare = re.sub(r"['’]s?$", "", word)
    if to == "en" and bare.casefold() in country_words():
        return True
    parts = [p for p in re.split(r"[-./&]", bare) if p]
    if all(p.isdigit() for p in parts) or bare.casefold() in _calendar():
        return True
    return all(p.casefold() in _calendar() or _is_word(p, to) for p in parts)


def _is_word(word: str, to: str) -> bool:
    if len(word) == 1 or word.isdigit():
        return True
    if word.isupper() and len(word) <= 6 and not is_english(word):
        return False
    if to == "en":
        return is_english(word)
    if to == "vi" and not word.isascii():
        return True
    if to == "vi" and _VIETNAMESE_SYLLABLE.fullmatch(_folded(word)):
        return True
    return all(is_inflected(p, to) for p in word.casefold().split("-"))
