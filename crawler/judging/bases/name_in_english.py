"""Names put into English from their parts, in the order that an editor would give them.

As a name only where the parts make up the whole of it: a word that is not known would be lost, and with it which base it is.
Else what is known describes the base.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise

from crawler.judging.bases.name_around import ASIDE, DASHES, Around, Extent
from crawler.judging.bases.name_part import BEFORE, CITY, FOR, HEAD, JOINED, NAME, PARTY, Part, end_of_word
from crawler.judging.bases.name_parts import parts_of, parts_of_words
from crawler.judging.bases.name_words import ands, hollow_words, light_words, name_words
from crawler.judging.text.normal import normalise
from crawler.judging.text.script import UNSPACED, script_of
from crawler.judging.weights import weights

_HEAD_LAST = frozenset({"han", "myanmar"})
_WIDE = frozenset({"ASEAN", "Lancang-Mekong", "Southeast Asia"})
_LEAST_WORDS = 2
_JOINT = "Joint "
_PROPER = frozenset(
    {
        "Zheng",
        "He",
        "Qihuang",
        "Mazu",
        "Luban",
        "Juncao",
        "BeiDou",
        "Chinese",
        "Silk",
        "Road",
        "Belt",
        "Confucius",
    }
)


def english_of(around: Around, extent: Extent) -> str:
    """A name of the article in English, made from its parts; empty where some of it is not known."""
    name = around.text[extent.start : extent.end]
    is_head_last = script_of(around.hit.pattern.key[:1]) in _HEAD_LAST
    parts = _with_one_head(_without_asides(name, parts_of(around, extent)), is_head_last=is_head_last)
    head = next((p for p in parts if p.role == HEAD), None)
    if head is None or _unknown(name, parts, around.lang) > weights().names.unknown:
        return ""
    return _in_english_order(name, parts, head, is_head_last=is_head_last)


def plain_english_of(around: Around, extent: Extent) -> str:
    """What a base is and is for in English, as far as it is known, in lower case: "fruit inspection center"."""
    is_head_last = script_of(around.hit.pattern.key[:1]) in _HEAD_LAST
    parts = _with_one_head(parts_of(around, extent), is_head_last=is_head_last)
    return _in_order(around.text[extent.start : extent.end], parts, is_head_last=is_head_last)


def region_of(around: Around, extent: Extent) -> str:
    """The region that a name is of, in English: "ASEAN"; empty where it names none."""
    return next((p.english for p in parts_of(around, extent) if p.english in _WIDE), "")


def kind_in_english(term: str, lang: str | None, kind: str) -> str:
    """What a base is by the term for it, in English and lower case: 联合实验室 is a joint laboratory.

    Args:
        term: the term, as the configuration spells it.
        lang: its language.
        kind: the kind of base that it is one of, for terms that are not known.
    """
    if term.isascii() and lang in ("en", "*"):
        return term[0].lower() + term[1:]
    is_head_last = script_of(term[0]) in _HEAD_LAST
    parts = _with_one_head(parts_of_words(term, lang), is_head_last=is_head_last)
    return _in_order(term, parts, is_head_last=is_head_last) or ("center" if kind == "centre" else kind)


def _in_order(name: str, parts: Sequence[Part], *, is_head_last: bool) -> str:
    head = next((p for p in parts if p.role == HEAD), None)
    if head is None:
        return ""
    inner = [p for p in parts if p.role in (BEFORE, FOR) and p.english not in _WIDE]
    return _lower(" ".join([*_words(name, inner, is_head_last=is_head_last), head.english]))


def _lower(name: str) -> str:
    return " ".join(
        w if w in _PROPER or (w.isupper() and len(w) > 1) or w in _WIDE else w.lower() for w in name.split()
    )


def _without_asides(name: str, parts: Sequence[Part]) -> list[Part]:
    """The parts of a name without what brackets only say again; a city in brackets says where."""
    asides = [m.span() for m in ASIDE.finditer(name)]
    return [p for p in parts if p.role == CITY or not any(low <= p.start < high for low, high in asides)]


def _with_one_head(parts: Sequence[Part], *, is_head_last: bool) -> list[Part]:
    """The parts with one head; what else could be one stands with it, or says whose the base is ("Khon Kaen University")."""
    heads = [p for p in parts if p.role == HEAD]
    if not heads:
        return list(parts)
    main = heads[-1] if is_head_last else heads[0]
    found: list[Part] = []
    for part in parts if is_head_last else reversed(parts):
        other = part.role == HEAD and part is not main
        if other and found and found[-1].role == CITY and _touches(part, found[-1]):
            place = found.pop()
            start, end = min(part.start, place.start), max(part.end, place.end)
            found.append(Part(start, end, NAME, f"{place.english} {part.english}"))
        else:
            found.append(part._replace(role=BEFORE) if other else part)
    return sorted(found)


def _touches(a: Part, b: Part) -> bool:
    return max(a.start, b.start) - min(a.end, b.end) <= 1


def _unknown(name: str, parts: Sequence[Part], lang: str | None) -> float:
    """The share of a name's letters that no part and no joining word stands for; of scripts with spaces a word is never lost."""
    # A part of which only the beginning is listed has the rest of its word: "Узбекск|о-".
    unsaid = [(p.start, end_of_word(name, p.end)) for p in parts] + [m.span() for m in ASIDE.finditer(name)]
    rest = "".join(c if not any(low <= i < high for low, high in unsaid) else " " for i, c in enumerate(name))
    empty = {*name_words()["light"]["spaced"], *hollow_words(lang)}
    left = normalise(rest).text
    words = [w for w in re.findall(r"[^\W\d_]+", left) if w not in empty]
    script = script_of(words[0][0]) if words else ""
    if script == "han":
        return float(not {*"".join(words)} <= {*light_words(), *empty})
    if script not in UNSPACED:
        return float(bool(words))
    left = "".join(left.split())
    for word in (*light_words(), *hollow_words(lang)):
        left = left.replace(word, "")
    letters = sum(c.isalpha() for c in name)
    return sum(c.isalpha() for c in left) / letters if letters else 1.0


def _in_english_order(name: str, parts: Sequence[Part], head: Part, *, is_head_last: bool) -> str:
    """Parties, what the base is for and how it works, what it is, and where: "China–Laos Rice Joint Laboratory in Vientiane"."""
    # ASEAN and the river stand where a party does.
    places = [p for p in parts if p.role in (PARTY, CITY) or p.english in _WIDE]
    # A city is a side where it is tied to another one: "Brunei-Guangxi".
    near = sorted([*places, *(p for p in parts if p.role == NAME and p not in places)])
    tied = {p for a, b in pairwise(near) if name[a.end : b.start].strip() in DASHES for p in (a, b)}
    sites = [p for p in places if p not in tied and (p.role == CITY or _says_where(name, p))]
    sides = _english([p for p in near if p in tied or (p in places and p not in sites)])
    # "in Hanoi, Vietnam" is in Hanoi.
    cities = _english([p for p in sites if p.role == CITY] or sites)
    inner = [p for p in parts if p.role in (BEFORE, FOR, NAME) and p not in places and p not in tied]
    # Without parties or a place, of two purposes at least is said what tells it from others.
    if not sides and not cities and len(inner) < _LEAST_WORDS and not any(p.role == NAME for p in inner):
        return ""
    countries = _english([p for p in near if p.role == PARTY and p.english in sides])
    if not sides:
        sides, cities = cities, []
    where = [f"in {cities[0]}"] if len(cities) == 1 else []
    before, purpose = _purpose_of(name, inner, head, is_head_last=is_head_last)
    said = [*_joined(sides, countries), *before, head.english, *purpose, *where]
    return " ".join(word for word, _ in groupby(" ".join(said).split()))


def _joined(sides: Sequence[str], countries: Sequence[str]) -> list[str]:
    """The sides of a base: countries, and behind them the places of theirs that tie it: "China–Myanmar Ruili–Muse"."""
    places = [s for s in sides if s not in countries]
    if len(countries) + sum(JOINED in c for c in countries) > 1 and len(places) > 1:
        return [JOINED.join(countries), JOINED.join(places)]
    return [JOINED.join(sides)] if sides else []


def _says_where(name: str, country: Part) -> bool:
    """Whether a word before a country says that the base is in it: "tại Việt Nam", "di Indonesia"."""
    before = normalise(name[: country.start]).text.split()
    return bool(before) and before[-1] in name_words()["locatives"]


def _purpose_of(
    name: str, inner: Sequence[Part], head: Part, *, is_head_last: bool
) -> tuple[list[str], list[str]]:
    """What stands before the head, and behind "for": what a word like "about" ties, or all that a joint laboratory is for."""
    tie = _tie_before_purpose(name, inner, head)
    if tie is not None:
        split = [p for p in inner if p.start < tie], [p for p in inner if p.start >= tie]
    elif head.english.startswith(_JOINT):
        split = [p for p in inner if p.role == NAME], [p for p in inner if p.role != NAME]
    else:
        split = list(inner), []
    purpose = _as_nouns(_words(name, split[1], is_head_last=is_head_last))
    if not purpose:
        return _words(name, inner, is_head_last=is_head_last), []
    return _words(name, split[0], is_head_last=is_head_last), ["for", *purpose]


def _tie_before_purpose(name: str, inner: Sequence[Part], head: Part) -> int | None:
    """Where the part begins before which a word says that a purpose follows: về, ด้าน, untuk."""
    words = name_words()["purpose"]
    for part in inner:
        before = normalise(name[head.end : part.start]).text.strip() if part.start >= head.end else ""
        if before.endswith(tuple(words)):
            return part.start
    return None


def _as_nouns(words: list[str]) -> list[str]:
    """Words that end in nouns: "for Smart Agriculture and Crops"; empty where none is known for what would end them."""
    nouns: dict[str, str] = name_words()["nouns"]
    said = []
    for part in " ".join(words).split(" and "):
        *first, last = part.split() or [""]
        noun = nouns.get(last, last)
        if not noun:
            return []
        said.append(" ".join([*first, noun]))
    return [" and ".join(said)]


def _words(name: str, parts: Sequence[Part], *, is_head_last: bool) -> list[str]:
    """The parts in English order; those that "and" joins stay together in theirs."""
    if not is_head_last and (cut := _between_activities(name, parts)):
        halves = (_words(name, half, is_head_last=False) for half in (parts[:cut], parts[cut:]))
        return [" and ".join(" ".join(half) for half in halves)]
    groups: list[list[Part]] = []
    for part in parts:
        if groups and _are_listed(name, groups[-1][-1], part):
            groups[-1].append(part)
        else:
            groups.append([part])
    if not is_head_last:
        groups.reverse()
    said = [_listed(list(dict.fromkeys(p.english for p in group))) for group in groups]
    return list(dict.fromkeys(said))


def _are_listed(name: str, one: Part, other: Part) -> bool:
    """Whether "and" ties two parts; in scripts without spaces a space may stand for a comma between activities."""
    between = name[one.end : other.start]
    if normalise(between).text.strip() in ands():
        return True
    does = {one.english, other.english} <= {*name_words()["activities"]}
    return does and between.isspace() and script_of(name[one.start]) in UNSPACED


def _listed(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _between_activities(name: str, parts: Sequence[Part]) -> int:
    """The number of the part before which "and" begins a second activity, each with what it is of; 0 where none does."""
    activities = {*name_words()["activities"]}
    for number, (before, part) in enumerate(pairwise(parts), 1):
        between = normalise(name[before.end : part.start]).text.strip()
        does = {parts[0].english, part.english} <= activities
        if between in ands() and does and not {p.english for p in parts[:number]} <= activities:
            return number
    return 0


def _english(parts: Sequence[Part]) -> list[str]:
    return list(dict.fromkeys(p.english for p in parts))
