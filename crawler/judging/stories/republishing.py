"""Whether an article that shares much of its text with another one repeats it, or tells other news around the same words.

Shared words alone prove little: an outlet prints one teaser, one paywall or one footer under all its news, and daily rates, the
weather and agreements are written by a template. So headlines have a say, and what fills the same gap in both texts. The
rules, in this order, the first that applies:

1. headlines that name different places or numbers, none of which the other article names, forbid (under a long text of another
   outlet only if the text tells of them too, or the headlines have a pattern in common);
2. in the same surroundings stand different numbers or places: a template, which forbids;
3. what a headline says and its own text repeats, the other article lacks: other news in the same frame, which forbids;
4. a long shared passage proves a copy, unless neither headline has anything to do with its text; within one outlet both must;
5. a short one needs the headlines: they say the same, or the shared words tell what both say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from icu4py.breakers import WordBreaker

from crawler.judging.parties import CHINA_ASEAN, Parties
from crawler.judging.places.gazetteer import gazetteer
from crawler.judging.text.normal import normalise
from crawler.judging.text.numbers import ascii_digits
from crawler.judging.text.script import UNSPACED, UNSPACED_LETTERS, script_of
from crawler.judging.text.terms import patterns
from crawler.judging.weights import weights
from crawler.runtime.data_tables import table

_TOKEN = re.compile(
    f"(?P<number>\\d+(?:[.,:]\\d+)*)|(?P<unspaced>[{UNSPACED_LETTERS}]+)|[^\\W\\d_{UNSPACED_LETTERS}]+"
)


@dataclass(frozen=True)
class Wording:
    """The words of one article: its headline and its text, and who published it ("" where nobody knows)."""

    title: str
    text: str
    outlet: str = ""
    parties: Parties = CHINA_ASEAN

    @cached_property
    def title_tokens(self) -> tuple[str, ...]:
        """The words and numbers of the headline, in their order."""
        return tuple(_tokens(self.title[: weights().republishing.longest_title]))

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """The words and numbers of the text, in their order."""
        return tuple(_tokens(self.text[: weights().republishing.read]))

    @cached_property
    def headline(self) -> frozenset[str]:
        """What the headline says: the stems of its words without the commonest ones, and its numbers."""
        return frozenset(map(_stem, filter(_says_something, self.title_tokens)))

    @cached_property
    def news(self) -> frozenset[str]:
        """What the headline says besides who the parties are, which every headline about them says."""
        parties_of_the_region = _parties(weights().republishing.least_name, self.parties)
        parties = {
            _stem(word)
            for start, end, place in _places(self.title_tokens, self.parties)
            if place in parties_of_the_region
            for word in self.title_tokens[start:end]
        }
        # A headline of parties alone still has to be compared by something.
        return (self.headline - parties) or self.headline

    @cached_property
    def body(self) -> frozenset[str]:
        """The stems of all words and numbers of the text."""
        return frozenset(map(_stem, self.tokens))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of all words and numbers of headline and text."""
        return self.body | frozenset(map(_stem, self.title_tokens))

    @cached_property
    def title_places(self) -> frozenset[str]:
        """The countries and places that the headline names, China aside."""
        return frozenset(place for _, _, place in _places(self.title_tokens, self.parties))

    @cached_property
    def text_places(self) -> frozenset[str]:
        """The countries and places that the text names."""
        return frozenset(place for _, _, place in _places(self.tokens, self.parties))

    def countries_of(self, places: Iterable[str]) -> frozenset[str]:
        """The countries that places lie in; those of our side, a party to all news, aside."""
        return frozenset(place.partition(":")[0] for place in places) - self.parties.ours.countries

    @property
    def all_places(self) -> frozenset[str]:
        """The countries and places that headline or text name."""
        return self.title_places | self.text_places

    @property
    def title_numbers(self) -> frozenset[str]:
        """The numbers of the headline."""
        return frozenset(t for t in self.headline if t[0].isdigit())


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts share: whether all their words are the same, else whether the shared passage is long."""

    same_words: bool
    is_long: bool


def repeats(one: Wording, other: Wording, overlap: Overlap) -> str | None:
    """Why an article is a copy of another one, or None where it only shares words with it.

    Args:
        one: the article.
        other: the one that it may repeat.
        overlap: what their texts share, boilerplate left out.
    """
    # The order too: "X beats Y" and "Y beats X" have the same words.
    if one.headline and one.headline == other.headline and _in_order(one) == _in_order(other):
        headline = "and the same headline"
    elif forbidden_by_headlines(
        one, other, only_if_in_text=overlap.is_long and not _are_of_one_outlet(one, other)
    ):
        return None
    else:
        headline = ""
    if not overlap.same_words and (_is_template(one, other) or _tells_other_news(one, other)):
        return None
    if headline:
        return headline
    if overlap.is_long:
        return "" if _concerns_headlines(one, other) else None
    return _short_proof(one, other)


def forbidden_by_headlines(one: Wording, other: Wording, *, only_if_in_text: bool = False) -> bool:
    """Whether each headline names a place, or a number, that the other article names nowhere.

    Args:
        one: an article.
        other: another one.
        only_if_in_text: count only what the headline's own text tells too, unless the headlines are written by one pattern.
    """
    shorter = min(one.headline, other.headline, key=len)
    of_one_pattern = _share(one.headline & other.headline, shorter) >= weights().republishing.alike
    # Outlets give one agency text headlines that emphasise different
    # figures; only what the text tells as well parts them.
    anywhere = of_one_pattern or not only_if_in_text
    mine = one.title_numbers - other.stems
    theirs = other.title_numbers - one.stems
    if mine and theirs and (anywhere or (mine & one.body and theirs & other.body)):
        return True
    for kind in (one.countries_of, _cities):
        here = kind(one.title_places)
        there = kind(other.title_places)
        if not (here - there and there - here):
            continue
        if here - kind(other.all_places) and there - kind(one.all_places):
            return anywhere or bool(here & kind(one.text_places) and there & kind(other.text_places))
    return False


def _are_of_one_outlet(one: Wording, other: Wording) -> bool:
    """Whether both were published by one outlet. If an outlet is unknown, they were not."""
    return bool(one.outlet) and one.outlet == other.outlet


def are_near(one: Wording, other: Wording) -> bool:
    """Whether two headlines say nearly the same: no headline says nothing."""
    either = one.headline | other.headline
    return bool(either) and _share(one.headline & other.headline, either) >= weights().republishing.near


def tells_headline(one: Wording) -> bool:
    """Whether a text says what its own headline says. A teaser does not."""
    return bool(one.news) and _share(one.news & one.body, one.news) >= weights().republishing.repeated


def _in_order(one: Wording) -> list[str]:
    return [_stem(t) for t in one.title_tokens if _says_something(t)]


def _is_template(one: Wording, other: Wording) -> bool:
    """Whether different numbers, or places, stand between the same words."""
    return any(_differ(a, b, one.parties) for a, b in _gaps(one, other))


def _gaps(one: Wording, other: Wording) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """What stands behind the same two words in both texts where it is not the same: a few words of each.

    What one text has and the other has elsewhere was only moved.
    """
    mine = one.tokens
    theirs = other.tokens
    own = set(mine)
    known = set(theirs)
    longest = weights().republishing.longest_name
    behind: dict[tuple[str, str], list[int]] = {}
    for place in range(2, len(theirs)):
        # Only words that the other text has nowhere: what was moved is no gap.
        if theirs[place] not in own:
            behind.setdefault((theirs[place - 2], theirs[place - 1]), []).append(place)
    for place in range(2, len(mine)):
        if mine[place] in known:
            continue
        for there in behind.get((mine[place - 2], mine[place - 1]), ()):
            yield mine[place : place + longest], theirs[there : there + longest]


def _differ(a: Sequence[str], b: Sequence[str], parties: Parties) -> bool:
    """Whether both gaps begin with a number, or both with a place, and go on alike behind it."""
    if a[0][0].isdigit() and b[0][0].isdigit():
        return _plain(a[0]) != _plain(b[0]) and _go_on_alike(a[1:], b[1:])
    first = _place_at(a, 0, parties)
    second = _place_at(b, 0, parties)
    if first is None or second is None or first[1] == second[1]:
        return False
    return _go_on_alike(a[first[0] :], b[second[0] :])


def _go_on_alike(a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether the same word, or another number, follows; where a copy was cut anything follows."""
    if not a or not b:
        return not a and not b
    return a[0] == b[0] or (a[0][0].isdigit() and b[0][0].isdigit())


def _tells_other_news(one: Wording, other: Wording) -> bool:
    """Whether a headline says what its own text repeats and the other article lacks.

    Of two texts of about the same length neither can have lost it; else the shorter one must not have it alone.
    """
    weigh = weights().republishing
    mine = _lacking(one, other)
    theirs = _lacking(other, one)
    sizes = sorted((len(one.tokens), len(other.tokens)))
    # Of two texts of one length neither was cut, so both must have what their headlines say.
    if sizes[0] >= weigh.comparable * sizes[1]:
        return (
            bool(mine and theirs)
            or max(_share(mine, one.headline), _share(theirs, other.headline)) >= weigh.lacks
        )
    shorter, own = (mine, one) if len(one.tokens) <= len(other.tokens) else (theirs, other)
    return _share(shorter, own.headline) >= weigh.lacks


def _lacking(one: Wording, other: Wording) -> frozenset[str]:
    """What a headline says and its text repeats, and the other article does not have."""
    return (one.headline & one.body) - other.stems


def _concerns_headlines(one: Wording, other: Wording) -> bool:
    """Whether a long shared text has to do with the headlines above it; an article without one says nothing against it."""
    has_to_do = [not w.headline or bool(w.headline & w.body) for w in (one, other)]
    if not _are_of_one_outlet(one, other):
        return any(has_to_do) or are_near(one, other)
    hardly = weights().republishing.hardly
    enough = (not w.headline or _share(w.news & w.body, w.news) >= hardly for w in (one, other))
    return are_near(one, other) or all(enough)


def _short_proof(one: Wording, other: Wording) -> str | None:
    """Why a short text is a copy; None if it is none.

    It is one if the headlines say the same too, or if it says what both of them say.
    """
    mine = one.headline - other.stems
    theirs = other.headline - one.stems
    if not one.headline or not other.headline:
        return "" if one.headline == other.headline else None
    alien = sorted((_share(mine, one.headline), _share(theirs, other.headline)))
    if are_near(one, other) and not alien[0]:
        return "under nearly the same headline"
    both = one.body & other.body
    weigh = weights().republishing
    # Within one outlet a short shared text is more likely its teaser.
    least = weigh.repeated_in_outlet if _are_of_one_outlet(one, other) else weigh.repeated
    shares = sorted(_share(w.news & both, w.news) for w in (one, other))
    if shares[0] >= least or (shares[1] == 1 and shares[0] >= weigh.repeated):
        return "and it tells what both headlines say"
    return None


def _share(part: frozenset[str], whole: frozenset[str]) -> float:
    return len(part) / len(whole) if whole else 0.0


def _tokens(text: str) -> Iterator[str]:
    """Words in normal form and numbers; scripts without spaces are cut by ICU's dictionaries."""
    for match in _TOKEN.finditer(ascii_digits(normalise(text).text)):
        word = match[0]
        if match.lastgroup == "unspaced":
            language = UNSPACED.get(script_of(word[0]), "en")
            yield from (str(piece) for piece in WordBreaker(word, language))
        else:
            yield word


def _stem(token: str) -> str:
    """A word without its ending, a number without its signs."""
    if token[0].isdigit():
        return _plain(token)
    return token if script_of(token[0]) in UNSPACED else token[: weights().republishing.stem]


def _plain(number: str) -> str:
    return re.sub(r"[.,:]", "", number)


def _says_something(token: str) -> bool:
    """Whether a word is none of those that every sentence has."""
    if token[0].isdigit():
        return True
    least = 2 if script_of(token[0]) in UNSPACED else weights().republishing.least_word
    return len(token) >= least and token not in _common()


@cache
def _common() -> frozenset[str]:
    return frozenset(str(word) for words in table("common_words.yaml").values() for word in words)


@cache
def _names(least: int, parties: Parties) -> Mapping[str, str]:
    """The normal form of each name of a country or place of the region, without spaces, with what it names.

    Args:
        least: the letters of the shortest Latin name; shorter ones ("Hue", "RI") are other words too often.
        parties: between whom the cooperation is.
    """
    known = gazetteer(parties)
    found: dict[str, str] = {}
    for pattern in patterns(known.sets):
        if pattern.excluded or (script_of(pattern.key[0]) == "latin" and len(pattern.key) < least):
            continue
        place = known.place(pattern)
        code = pattern.set_name.rpartition("_")[2]
        name = "".join(match[0] for match in _TOKEN.finditer(pattern.key))
        found.setdefault(name, f"{place.country}:{place.name}" if place else code)
    return found


@cache
def _parties(least: int, parties: Parties) -> frozenset[str]:
    """The countries of the region, which every headline of cooperation names."""
    return frozenset(code for code in _names(least, parties).values() if ":" not in code)


def _place_at(tokens: Sequence[str], start: int, parties: Parties) -> tuple[int, str] | None:
    """The longest name of a place that begins at a word: where it ends, and what it names."""
    weigh = weights().republishing
    names = _names(weigh.least_name, parties)
    for end in range(min(len(tokens), start + weigh.longest_name), start, -1):
        place = names.get("".join(tokens[start:end]))
        if place is not None:
            return end, place
    return None


def _places(tokens: Sequence[str], parties: Parties) -> Iterator[tuple[int, int, str]]:
    """The places that words name: from which word to which, and what."""
    start = 0
    while start < len(tokens):
        found = _place_at(tokens, start, parties)
        if found is not None:
            yield start, found[0], found[1]
        start = found[0] if found is not None else start + 1


def _cities(places: Iterable[str]) -> frozenset[str]:
    return frozenset(place for place in places if ":" in place)
