"""Words with signs of other search languages, which no text has as they are written: ``*way``, ``/rail.*/``, ``rail~``, ``+rail``."""

from __future__ import annotations

import re
from collections.abc import Callable

from crawler.judging.queries.tokens import ABOUT, FIELDS, TokenPlace
from crawler.judging.territories import countries_of, is_grouped, territory_meant

_BEGINNING = "write the words, with * at the end for a beginning of words"
_FIELDS = re.compile(rf"(?:(?:{'|'.join(FIELDS)}):)+")
_SET = re.compile(r"\$(country_[A-Z]{2}|places_[A-Z]{2}|people_([A-Z]{2}|ASEAN)|[a-z][a-z0-9_]*)\Z")
_WEIGHT = re.compile(r"\d{1,2}(\.\d{1,2})?\Z")


def word_refusal(place: TokenPlace) -> str | None:
    """Why a word is never found as it is written, and what to write."""
    text, _, weight = place.token.text.partition("^")
    if text[:1] in ("-", "!") and len(text) > 1:
        text = text[1:]
        if text[0] in "-!+":
            return f"{place.token.text} means nothing here; write NOT {text.lstrip('-!+')}"
    text = text[match.end() :] if (match := _FIELDS.match(text)) else text
    if not text or text.startswith(tuple(f"{name}:" for name in ABOUT)):
        return None
    if "^" in place.token.text and not _WEIGHT.match(weight):
        return f"{place.token.text} is no ^weight; write a number up to 99 behind ^, such as {text}^2"
    if "$" in text:
        return _of_set(text, place)
    word = text.removeprefix("=")
    return next((say(word, place) for sign, say in _SIGNS if sign.search(word)), None)


def _of_set(text: str, place: TokenPlace) -> str | None:
    if _SET.match(text):
        return None
    bare = text.strip("${}")
    if text == "$":
        following = place.following
        name = following.text if following is not None and following.kind == "word" else "rail"
        return f"$ is a part of a term set's name; write ${name} without a blank"
    if text.endswith("$") and text[0] != "$":
        return f"{text}: $ at the end means nothing here; write {bare}, or {bare}* for words that begin so"
    if text[0] != "$" or bare[:1].isdigit():
        return f'$ begins the name of a term set; write "{text}" in quotes for an amount of money'
    if meant := set_meant(bare):
        return f"{text} is no name of a term set; write ${meant}"
    plain = re.sub(r"[^a-z0-9_]+", "_", bare.lower()).strip("_")
    cure = f"${plain}" if plain[:1].isalpha() else "such as $rail"
    return f"{text} is no name of a term set (a–z, 0–9 and _); write {cure}"


def set_meant(name: str) -> str | None:
    """The term set of a country that a name such as ``country_Thailand`` means; of a group the one of its first country."""
    named = re.match(r"(country|places|people)_(.+)\Z", name, re.IGNORECASE)
    code = territory_meant(named[2].replace("_", " ")) if named else None
    if named is None or code is None:
        return None
    meant = f"{named[1].lower()}_{code}"
    if is_grouped(code) and not _SET.match(f"${meant}"):
        meant = f"{named[1].lower()}_{min(countries_of(code))}"
    return meant


def _of_tilde(word: str, place: TokenPlace) -> str:
    bare = word[1:]
    if bare.isdigit():
        return f"~{bare} means nothing here; write NEAR/{bare} between the words"
    return f"~ before a word means nothing here; write {bare or 'the word'}* or further words in a list"


def _of_brackets(word: str, place: TokenPlace) -> str:
    if any(token.text == "TO" for token in place.behind[:2]):
        return "ranges [a TO b] are not known; write the words with OR or commas between them"
    return f"{word}: such brackets mean nothing here; write ( ) around parts, quotes around a phrase"


def _of_percent(word: str, place: TokenPlace) -> str:
    bare = re.sub("[%']", "", word) or "rail"
    return f"% is no wildcard; write {bare}* for the words that begin so"


def _of_single_quotes(word: str, place: TokenPlace) -> str | None:
    words: list[str] = []
    for token in place.behind:
        words.append(token.text.partition("^")[0])
        if words[-1].endswith("'") and len(" ".join(words)) > 1:
            if not " ".join(words).strip("' "):
                return "'' holds nothing; leave it out"
            return f'a phrase stands in double quotes; write "{" ".join(words).strip(chr(39))}"'
    return None


def _of_glued(word: str, place: TokenPlace) -> str:
    meant = re.sub(r"(?<=[^\x00-\x7f])(AND|OR|NOT)(?=[^\x00-\x7f])", r" \1 ", word)
    return f"{word}: operators stand between blanks; write {meant}"


def _of_bar(word: str, place: TokenPlace) -> str:
    meant = re.sub(r"\|+", " OR ", word).replace("&&", " AND ").strip()
    return f"{word}: words are joined with AND and OR, with blanks around them; write {meant}"


def _of_star(word: str, place: TokenPlace) -> str:
    bare = word.strip("*")
    if not bare:
        return "* alone would find every text; leave it out"
    if word.endswith("**") and "*" not in word.rstrip("*"):
        return f"{word} has too many stars; write {bare}*"
    if word[0] == "*":
        return (
            "* counts only at the end of a word; a word's beginning cannot be left open:"
            f" write the words that end in {bare}, as a list"
        )
    first, _, rest = word.partition("*")
    return (
        f"* counts only at the end of a word (railw*); write {first}*, or {first}* NEAR/0 {rest.strip('*')},"
        " or quotes where texts have the sign"
    )


Saying = Callable[[str, TokenPlace], str | None]
_SIGNS: tuple[tuple[re.Pattern[str], Saying], ...] = (
    (re.compile(r"^\?."), lambda word, _: f"regular expressions ((?…)) are not known; {_BEGINNING}"),
    (
        re.compile(r"&(amp|quot|lt|gt|nbsp|apos|#\d+)$"),
        lambda word, _: f"{word}; is a sign as HTML writes it; write the sign itself, or AND for &",
    ),
    (re.compile(r"[^\x00-\x7f](AND|OR|NOT)[^\x00-\x7f]"), _of_glued),
    (re.compile(":"), lambda word, _: f'{word} has a colon; write "{word}" in quotes if texts have it'),
    (
        re.compile(r"^\+."),
        lambda word, _: (
            f"+ before a word means nothing here, for AND asks for it; write AND {word[1:]}, or {word[1:]} alone"
        ),
    ),
    (re.compile("^~"), _of_tilde),
    (re.compile(r"^/[^\d]"), lambda word, _: f"regular expressions (/…/) are not known; {_BEGINNING}"),
    (
        re.compile(r"\\|\.[*+?]|\[[^\]]*\]|\{\d|\(\?|[*+]\?"),
        lambda word, _: f"{word} looks like a regular expression, which is not known; {_BEGINNING}",
    ),
    (re.compile(r"[\[\]{}<>`【】〔〕]"), _of_brackets),
    (re.compile(r"^'?%.|[^\W\d]%'?$"), _of_percent),
    (re.compile("^'"), _of_single_quotes),
    (
        re.compile(r"\?"),
        lambda word, _: (
            f"? is no wildcard; write {word.partition('?')[0] or 'railw'}*, for only * at the end of a word is one"
        ),
    ),
    (re.compile(r"\*.|^\*$"), _of_star),
    (re.compile(r"\||&&"), _of_bar),
    (
        re.compile(r"~\d*$"),
        lambda word, _: (
            f"~ at the end means nothing here; write {word.partition('~')[0]}*, or NEAR/n between words for their distance"
        ),
    ),
    (
        re.compile(r"[^\W\d_][!！]+$|\w…$|\w\.\.\.$"),
        lambda word, _: (
            f"{word} is found only with these signs; write {word.rstrip('!！….')}, or quotes where they belong to it"
        ),
    ),
    (
        re.compile(r"^[\W_]+$"),
        lambda word, _: f"{word} has neither a letter nor a digit, so that it is never found; leave it out",
    ),
)
"""Signs in a word, each with what is said of it; the first that fits counts."""


_HAN = "[\u2e80-\u9fff]"
_DOUBTS: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (
        re.compile(rf"{_HAN}[/+]{_HAN}"),
        lambda word: (
            f"{word} is one word with a sign in it; write {re.sub('[/+]', ', ', word)} for one of them, or AND between them"
        ),
    ),
    (
        re.compile(rf"{_HAN}(或|或者){_HAN}"),
        lambda word: (
            f"{word} is found only as it is written; write {re.sub('或者?', ' OR ', word)} for one of them"
        ),
    ),
    (
        re.compile(r"^[#@]\w"),
        lambda word: f"{word} is found only where a text has the sign; write {word.strip('#@')}",
    ),
    (
        re.compile(r"^[a-z]{4,}\.$"),
        lambda word: f"{word} is found only where a full stop follows; write {word.rstrip('.')}",
    ),
    (
        re.compile(r"^'\w{3,}$|^\w{3,}'$"),
        lambda word: f"{word} is found only with its quotation mark; write {word.strip(chr(39))}",
    ),
)


def word_doubt(word: str) -> str | None:
    """Why a word is perhaps not meant as it is written, and what to write; it is read all the same."""
    return next((say(word) for sign, say in _DOUBTS if sign.search(word)), None)
