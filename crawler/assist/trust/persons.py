"""Names of people and provinces where no capital shows them: in Chinese, Thai, Lao, Khmer, Burmese and Vietnamese.

All words of Vietnamese look like names. A name is looked for behind a title, and in Chinese and Vietnamese also by a family name. It must be written or heard in what the
answer is made from. A name without either is not seen: no letter of these scripts tells it from a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache

from crawler.assist.judged_words import remembered
from crawler.assist.trust.likeness import romanised, sounds_in
from crawler.assist.trust.verdict import quoted
from crawler.judging.entities.pinyin import surnames
from crawler.judging.entities.sounds import skeleton
from crawler.judging.text.normal import normal_spelling, normalise
from crawler.judging.text.script import main_script

Texts = Sequence[tuple[str, str]]
_LONGEST_NAME, _SHORTEST_NAME = 14, 3
"""Letters behind a title that may be a name."""
_TELLING = 3
"""Consonants by which a name is known again."""


def faults_of_persons(answer: str, to: str, texts: Texts, proved: Collection[int]) -> Iterator[str]:
    """What person an answer names that no text does.

    Args:
        answer: the answer.
        to: its language.
        texts: what it is made from.
        proved: the characters of names that are proved already.
    """
    found: Iterable[tuple[int, str]]
    if to == "vi":
        found = _in_vietnamese(answer, proved)
    elif to == "zh":
        found = _in_han(answer)
    else:
        found = (*_behind(answer, to, "titles"), *_behind(answer, to, "provinces"))
    for start, name in found:
        if start in proved:
            continue
        if not any(_stands_in(name, to, text) for text, _ in texts):
            yield f"It names what no report names: {quoted(name)}."
            return


def _stands_in(name: str, to: str, text: str) -> bool:
    if normal_spelling(name).strip() in normalise(text).text:
        return True
    if to in ("vi", "zh") and _of_family(name, to, text):
        return True
    if to == "vi":
        words = set(re.findall(r"[^\W\d_]+", _bare(text)))
        return set(_bare(name).split()) <= words or (
            main_script(text) != "latin" and sounds_in(_bare(name), text)
        )
    if to == "zh":
        return sounds_in(romanised(name).capitalize(), text)
    whole = name.split(maxsplit=1)[0]
    # Nothing shows where a name ends: some beginning of what stands behind a title must be heard.
    ways = {whole[:n] for n in range(_SHORTEST_NAME, len(whole) + 1)} | {whole}
    return any(len(skeleton(romanised(w))) >= _TELLING and sounds_in(romanised(w), text) for w in ways) or (
        len(skeleton(romanised(whole))) < _TELLING and sounds_in(romanised(whole), text)
    )


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c))


@cache
def _families() -> Mapping[str, tuple[str, ...]]:
    """Vietnamese family names with how they are written elsewhere: characters, and words in Latin letters."""
    found: dict[str, tuple[str, ...]] = {}
    for name, ways in remembered("assist_claims.yaml")["family_names"].items():
        han, *latin = ways.split()
        found[name] = (*han, *latin)
    return found


def _of_family(name: str, to: str, text: str) -> bool:
    """Whether a text has somebody of the same family, where Chinese and Vietnamese write each other's names by meaning."""
    words = set(re.findall(r"[^\W\d_]+", _bare(text)))
    if to == "vi":
        return any(
            way in words if way.isascii() else way in normalise(text).text
            for way in _families().get(name.split(maxsplit=1)[0], ())
        )
    return any(
        _bare(family) in words
        for family, ways in _families().items()
        if name[0] in ways and main_script(text) == "latin"
    )


def is_of_family(name: str, text: str) -> bool:
    """Whether a text has a name of the same family, as many syllables long, where Chinese and Vietnamese write names by meaning.

    Which characters a given name has, Latin letters do not tell: the family alone is held against it.
    """
    family, *given = _bare(name).split()
    if main_script(text) == "han":
        behind = rf"[\u4e00-\u9fff]{{{len(given)}}}"
        return 0 < len(given) <= _MOST_GIVEN and any(
            family == _bare(own) and re.search(way + behind, normalise(text).text)
            for own, ways in _families().items()
            for way in ways
            if not way.isascii()
        )
    syllables = sum(len(_VOWELS.findall(g)) for g in given)
    return 0 < syllables <= 2 and any(
        family in ways
        and family != _bare(own)
        and re.search(
            rf"(?<!\w){own}(?: [A-ZĐÀ-ÖØ-ÝĂĨŨƠƯẠ-Ỹ]\w*){{{syllables}}}(?! [A-ZĐ])",
            unicodedata.normalize("NFC", text),
        )
        for own, ways in _families().items()
    )


_MOST_GIVEN = 3
_VOWELS = re.compile("[aeiou]+")
_CAPITALS = re.compile(r"[A-ZĐÀ-ÖØ-ÝĂĨŨƠƯẠ-Ỹ][^\W\d_A-ZĐ]*(?:\s[A-ZĐÀ-ÖØ-ÝĂĨŨƠƯẠ-Ỹ][^\W\d_A-ZĐ]*)+")


def _in_vietnamese(answer: str, proved: Collection[int]) -> Iterator[tuple[int, str]]:
    for run in _CAPITALS.finditer(unicodedata.normalize("NFC", answer)):
        words = [(m.start() + run.start(), m[0]) for m in re.finditer(r"\S+", run[0])]
        for place, (start, word) in enumerate(words):
            rest = [w for at, w in words[place:] if at not in proved]
            # "Bà Trần" alone is as much of a name as there may be.
            titled = bool(re.search(r"(?:ông|bà|anh|chị)\s$", answer[:start], re.IGNORECASE))
            if word in _families() and start not in proved and (len(rest) > 1 or titled):
                yield start, " ".join(rest)
                break


@cache
def _han() -> re.Pattern[str]:
    known = remembered("assist_claims.yaml")
    families, acts = known["family_names_in_han"], "|".join(known["acts_of_people"])
    offices = "|".join(w for words in known["offices"].values() for w in words.get("zh", ()) if w.isalpha())
    return re.compile(
        rf"(?:(?<=^)|(?<=[，。；：、“”（\s])|(?<=总理|首相|总统|主席|部长|省长|大使|市长|书记|局长|校长)|(?<=秘书长|董事长|总经理|总领事))"
        rf"([{families}][\u4e00-\u9fff]{{1,2}})(?=(?:{acts})|(?:{offices})(?:{acts}))"
        # Who says something is a person wherever the name stands.
        rf"|([{''.join(surnames())}](?!{'|'.join(known['no_given_names'])}|.[{known['no_given_ends']}])[\u4e00-\u9fff]{{2}})(?=表示|指出|强调|透露|认为|介绍|称，|说，|宣布)"
    )


def _in_han(answer: str) -> Iterator[tuple[int, str]]:
    yield from ((m.start(), m[1] or m[2]) for m in _han().finditer(answer))


@cache
def _before_names(lang: str, what: str) -> re.Pattern[str] | None:
    known = remembered("assist_claims.yaml")[what].get(lang)
    if known is None:
        return None
    before, but = (
        "|".join(map(re.escape, sorted(known[k], key=len, reverse=True))) for k in ("before", "but")
    )
    # A title begins a word, but these scripts part few words.
    # ဦး is "Mr" and, behind a number, how people are counted.
    begins = r"(?<![\w\u1000-\u109f])(?<!\d )" if lang == "my" else ""
    return re.compile(
        rf"{begins}(?:{before})\s?(?!{but})(\S{{{_SHORTEST_NAME},{_LONGEST_NAME}}}(?:\s\S{{2,}})?)"
    )


def _behind(answer: str, to: str, what: str) -> Iterator[tuple[int, str]]:
    """The names behind ``titles`` or words for ``provinces``."""
    pattern = _before_names(to, what)
    offices = remembered("assist_claims.yaml")["offices"]
    names = [normal_spelling(w) for words in offices.values() for w in words.get(to, ())]
    for match in pattern.finditer(answer) if pattern else ():
        if not any(normal_spelling(match[1]).startswith(name) for name in names):
            yield match.start(1), match[1]
