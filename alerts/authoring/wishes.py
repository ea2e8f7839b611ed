"""What somebody typed as looked for, parted into what is wanted and what is not: ``durian -festival``, 榴莲 不要 节. Pure.

Words that refuse something are read in the languages of the region, before what they refuse or behind it, as the language has it.
Signs and fields of queries mean nothing here and are told, because as words they would be looked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crawler.judging.entities.lexicon import LONGEST, meanings_of
from crawler.judging.queries.foreign_fields import field_named
from crawler.judging.queries.signs import plain_signs
from crawler.judging.queries.tokens import FIELDS
from crawler.model import AseanwatchError

_ALL, _ONE = "\x01", "\x02"
"""What stands for a word that refuses all that follows, and for a sign that refuses one word."""
_FOLLOWS = r"(?=\s|\Z)"
_SPACED = (
    # English; "without borders" and its like are names of what has them not.
    r"(?:but|and|or)\s+(?:not|no|without)", r"not(?:\s+(?:about|including))?", "nor", r"(?-i:no)(?![.\s]*\d)",
    r"without(?!\s+(?:borders|a\s+visa|visas?|drivers?)\b)", r"except(?:ing|\s+for)?", "excluding", "excludes?",
    r"other\s+than", r"apart\s+from", r"rather\s+than", r"instead\s+of", "minus", "ignoring", "andnot", "butnot",
    # Indonesian and Malay; "tanpa awak" is unmanned.
    r"(?:tapi|tetapi)\s+(?:bukan|tidak|tanpa)", "bukan", "kecuali", "selain", r"tidak\s+(?:termasuk|ada|dengan)", r"tak\s+termasuk",
    r"tanpa(?!\s+(?:awak|visa|pengemudi|pemandu|sopir|kabel)\b)",
    # Vietnamese; "không" alone is also the air.
    r"(?:nhưng|mà)\s+không(?:\s+phải)?", r"không\s+(?:phải|bao\s+gồm|gồm|có|lấy|muốn)", r"(?:ngoại|loại)\s+trừ", r"(?<!khấu\s)trừ(?!\s+sâu)", r"chứ\s+không\s+phải",
    # Filipino; "Hindi" is a language.
    r"(?:pero|ngunit|subalit)\s+hindi", r"hindi\s+(?:kasama|kabilang)(?:\s+ang)?", r"maliban\s+sa", "maliban", "huwag", "walang",
    # Others
    "ohne", "nicht", "sauf", "excepto", "без", "кроме",
)  # fmt: skip
_BEFORE = re.compile(
    rf"(?<![\w-])(?:{'|'.join(_SPACED)})(?![\w-]){_FOLLOWS}"
    # Scripts without blanks; what may be a part of another word counts only between blanks.
    "|(?:而不是|不包括|不包含|不涉及|不关于|不關於|不想要|不要|不含|不是|不看|而非|并非|並非|除了|除去|排除|剔除|没有|沒有)"
    r"|(?<!\S)(?:非|不|除|无|無|但不|ไม่|ບໍ່|មិន)(?=\s)"
    "|(?:แต่)?(?:ไม่เอา|ไม่รวม(?:ถึง)?|ไม่ใช่|ไม่เกี่ยวกับ|ไม่ต้องการ|ไม่มี|ยกเว้น)"
    "|(?:ແຕ່)?(?:ບໍ່ແມ່ນ|ບໍ່ເອົາ|ບໍ່ລວມ|ບໍ່ມີ|ຍົກເວັ້ນ)"
    "|(?:មិនមែន|មិនរួមបញ្ចូល|មិនរួម|មិនយក|លើកលែងតែ|លើកលែង|ក្រៅពី)",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"(?:除外|以外的?|之外|を除く|제외|မပါ\w*|မဟုတ်\w*|ကလွဲ\S*|မှလွဲ\S*)")
"""What stands behind the thing that it refuses."""
_AROUND = re.compile(r"除了?([^\s,()除]{1,12}?)(?:以外|之外|外)的?")
"""In Chinese on both sides of it."""
_SIGN = re.compile(r'(?<![^\s(,])[-!](?=["(]|[^\W\d])')
_TOKEN = re.compile(r'"[^"]*"|[(),]|[^\s(),"]+')
_PHRASE = re.compile(r'("[^"]*")')
_JOINING = frozenset({"and", "but", "dan", "tetapi", "tapi", "và", "nhưng", "at", "pero", "但", "但是", "แต่"})
_ALTERNATIVE = frozenset({"or", "nor", "atau", "hoặc", "o", "หรือ"})
_FIELD = re.compile(r"([^\W\d][\w.]*):(?=\S)")
_QUERY_SIGN = re.compile(r"O?NEAR/\d+\Z|ATLEAST/\d+\Z|.+\^\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody looks for.

    Attributes:
        wanted: the words of it.
        unwanted: what must not be in the headline, each a few words.
    """

    wanted: str
    unwanted: tuple[str, ...] = ()


@dataclass(slots=True)
class _WishReading:
    """The words while they are read, one after another."""

    wanted: list[str] = field(default_factory=list)
    unwanted: list[list[str]] = field(default_factory=list)
    mode: str = ""
    depth: int = 0
    was_operator: bool = False

    def refuse(self, mode: str) -> None:
        """Take what follows for unwanted."""
        # "But not", before which an "and" or "but" may have been taken for a word.
        while self.mode == "" and self.wanted and self.wanted[-1].lower() in _JOINING:
            self.wanted.pop()
        self.mode, self.depth = mode, 0
        self.unwanted.append([])

    def word(self, text: str) -> None:
        """Take a word."""
        if not self.mode:
            self.wanted.append(text)
            return
        if text == "AND" or text.casefold() in _JOINING | _ALTERNATIVE:
            if self.unwanted[-1]:
                self.unwanted.append([])
            if text == "AND" and not self.depth:
                self.mode = ""
            return
        self.unwanted[-1].append(text)
        if self.mode == _ONE and not self.depth:
            self.mode = ""

    def bracket(self, sign: str) -> None:
        """Take a bracket: the refusal of one is that of all in it."""
        if self.mode:
            self.depth += 1 if sign == "(" else -1
            if self.depth <= 0:
                self.mode = ""

    def comma(self) -> None:
        """Take a comma, which ends a refusal that is not in brackets."""
        if self.mode and self.depth:
            self.unwanted.append([])
            return
        self.mode = ""
        self.wanted.append(",")

    def behind(self, text: str) -> None:
        """Take a word that refuses what stands before it."""
        if self.mode:
            if text:
                self.word(text)
            self.mode = ""
        elif text or self.wanted:
            self.unwanted.append([text or self.wanted.pop()])


def wish_of(words: str) -> Wish:
    """What words want and what they refuse.

    Args:
        words: as somebody typed them, in any language.

    Raises:
        AseanwatchError: they have signs or fields of queries, or they refuse nothing, or all.
    """
    reading = _WishReading()
    tokens = _TOKEN.findall(_marked(plain_signs(words)))
    while tokens:
        token = tokens.pop(0)
        _check(token)
        if token in (_ALL, _ONE):
            reading.refuse(token)
            if token == _ONE:
                tokens[:1] = _one_name(tokens)
        elif token in ("(", ")"):
            reading.bracket(token)
        elif token == ",":
            reading.comma()
        elif token[0] != '"' and (match := _BEHIND.search(token)) and match.end() == len(token):
            reading.behind(token[: match.start()])
        else:
            reading.word(token)
    unwanted = tuple(dict.fromkeys(" ".join(own) for own in reading.unwanted if own))
    wanted = re.sub(r"(?:\s*,)+", ",", " ".join(reading.wanted)).strip(" ,")
    if reading.unwanted and not unwanted:
        raise AseanwatchError(
            f"{words} refuses something and does not say what; write it behind, as in durian -festival"
        )
    if unwanted and not any(c.isalnum() for c in wanted):
        raise AseanwatchError(
            f"{words} says only what is not wanted; write before it what you look for, as in durian -festival"
        )
    return Wish(wanted if unwanted else words, unwanted)


def _one_name(tokens: list[str]) -> list[str]:
    """The first token, with those behind it that make one known name with it: ``-lễ hội``, ``-palm oil``."""
    names = [" ".join(tokens[:n]) for n in range(min(LONGEST, len(tokens)), 1, -1)]
    found = next((name for name in names if not set('(),"\x01\x02') & set(name) and meanings_of(name)), None)
    if found is None:
        return tokens[:1]
    del tokens[1 : found.count(" ") + 1]
    return [found]


def _marked(words: str) -> str:
    """Words with `_ALL` and `_ONE` for what refuses; phrases as they are."""
    pieces = _PHRASE.split(words)
    for i in range(0, len(pieces), 2):
        plain = _AROUND.sub(rf" {_ONE} \1 ", pieces[i])
        pieces[i] = _SIGN.sub(f" {_ONE} ", _BEFORE.sub(_mark, plain))
    # A sign right before a phrase is in the piece before it.
    pieces[:-1:2] = [re.sub(r"(?<![^\s(,])[-!]\Z", f" {_ONE} ", piece) for piece in pieces[:-1:2]]
    return "".join(pieces)


def _mark(match: re.Match[str]) -> str:
    # "Doctors Without Limits" is a name: the word stands in it with a capital, between others with one.
    before = match.string[: match.start()].split()
    if match[0].istitle() and before and before[-1].istitle() and match[0] != "Not":
        return match[0]
    return f" {_ALL} "


def _check(token: str) -> None:
    if token[0] == '"':
        return
    if (match := _FIELD.match(token)) and (name := field_named(match[1])) is not None:
        rest = token[match.end() :]
        behind = (
            ""
            if name == "words"
            else f", and {name}:{'' if name in FIELDS else rest} into the query at its question"
        )
        plain = f"write {rest} alone" if name in (*FIELDS, "words") else "leave it out"
        raise AseanwatchError(f"{match[0]} is read in queries only; {plain}{behind}")
    if _QUERY_SIGN.match(token):
        raise AseanwatchError(
            f"{token} is read in queries only; write the words alone, and {token} into the query at its question"
        )
