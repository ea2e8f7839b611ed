"""What people type who know other search languages: each with why it cannot be meant here, and what to write instead.

Google, Lucene and Elasticsearch, media monitoring (``W/5``, ``ADJ``), SQL, regular expressions, and the words of Chinese, Thai,
Vietnamese, Indonesian and Filipino for AND, OR and NOT. Without this most of it would be words that no text has.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import NamedTuple

from crawler.judging.queries.tokens import ABOUT, FIELDS, QueryToken, tokens_of
from crawler.judging.text.codes import country_meant, language_meant

_JOINING = {
    "AND": "和 与 與 及 且 并且 並且 而且 以及 และ và dan at saka និង ແລະ နှင့် plus",
    "OR": "或 或者 还是 還是 หรือ hoặc hay atau o ឬ ຫຼື ຫລື သို့မဟုတ်",
    "NOT": "非 不 不含 不要 除 除了 排除 ไม่ ยกเว้น không trừ bukan tidak kecuali hindi maliban except without minus andnot butnot",
}  # fmt: skip
_WORDS_FOR = {word: operator for operator, words in _JOINING.items() for word in words.split()}
_SIGNS_FOR = {"&": "AND", "&&": "AND", "+": "AND", "|": "OR", "||": "OR", "!": "NOT", "-": "NOT", "!=": "NOT", "<>": "NOT", "==": "AND", "=": "AND", "~": "NOT"}  # fmt: skip
_FIELDS_MEANT = {
    "title": "intitle allintitle headline headlines heading hl ti subject titel judul pamagat tiêuđề 标题 標題 题目 หัวข้อ หัวเรื่อง",
    "text": "body content contents fulltext full_text intext allintext bodytext article main isi nộidung 正文 内容 內容 全文 เนื้อหา",
    "lead": "lede firstparagraph first_paragraph opening summary description 导语 摘要",
    "lang": "language lng langs languages sourcelang source_lang languagecode lr bahasa ngônngữ 语言 語言 语种 ภาษา",
    "country": "countries nation location loc place geo sourcecountry source_country region cr negara quốcgia 国家 國家 地区 ประเทศ",
    "source": "site domain outlet outlets publisher media sourcename source_name feed publication inurl url link host sumber nguồn 来源 來源 媒体 信源 แหล่งข่าว",
}  # fmt: skip
_FIELD_FOR = {word: name for name, words in _FIELDS_MEANT.items() for word in words.split()}
_DATES = frozenset(
    [
        "date",
        "dates",
        "after",
        "before",
        "since",
        "until",
        "when",
        "day",
        "year",
        "pubdate",
        "published",
        "daterange",
        "from",
        "to",
        "日期",
        "时间",
    ]
)
_SQL = {"LIKE", "ILIKE", "IN", "IS", "BETWEEN", "WHERE", "SELECT", "CONTAINS", "MATCH", "REGEXP", "RLIKE"}
_NEARNESS = re.compile(
    r"(?P<word>near|onear|w|n|p|pre|adj|within|next|same|para?|sent|followed|before|after|phrase)"
    r"(?P<sign>[/:~=]?)(?P<n>\d{0,3}|s|p|\d{1,3}[,-]\d{1,3})\Z",
    re.IGNORECASE,
)
_IN_ORDER = frozenset({"onear", "pre", "p", "adj", "next", "followed", "before", "phrase"})
_USUAL = 10
"""The distance that is suggested where none is given."""


class ForeignSyntax(NamedTuple):
    """What cannot be meant: its place in the query (from 0), and why, with what to write."""

    at: int
    why: str


def refusal_of(query: str) -> ForeignSyntax | None:
    """The first piece of a query that is of another search language; None where there is none.

    Args:
        query: with plain signs and operators, see `signs` and `tokens`.
    """
    tokens = tokens_of(query)
    for i, token in enumerate(tokens):
        previous = tokens[i - 1] if i else None
        why = _why(tokens, i, token, previous)
        if why is not None:
            return ForeignSyntax(token.at + _offset(token, why), why)
    return None


def _offset(token: QueryToken, why: str) -> int:
    """How far into a piece the sign stands that is wrong: a ``^`` or ``:`` behind a word that is right."""
    sign = "^" if "^weight" in why else ":" if why.startswith("found ':'") else ""
    return max(token.text.find(sign), 0)


def _why(tokens: Sequence[QueryToken], i: int, token: QueryToken, previous: QueryToken | None) -> str | None:
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if token.kind == "quote":
        return f'the quotation mark of {query_end(tokens, i)} is not closed; write " behind the phrase, on its line'
    if token.kind == "phrase":
        return _of_phrase(token) or _in_a_row(tokens, i, token, previous)
    if token.kind == "open":
        if following is not None and following.kind == "close":
            return "() holds nothing; put a term between the parentheses or leave them out"
        return _in_a_row(tokens, i, token, previous)
    if token.kind == "weight":
        return _of_weight(token, previous)
    if token.kind == "operator" and "NEAR/" in token.text and (previous is None or not previous.ends_term):
        return f"{token.text} stands between two terms; write a {token.text} b"
    if token.kind not in ("word", "prefix"):
        return None
    return (
        _of_operator(token, previous, following)
        or _of_field(token, following)
        or _of_list(tokens, i, token)
        or _of_word(token, following, tokens[i:])
        or _in_a_row(tokens, i, token, previous)
    )


def query_end(tokens: Sequence[QueryToken], i: int) -> str:
    """A quotation mark with the words behind it, shortened."""
    behind = " ".join(t.text for t in tokens[i + 1 : i + 4])
    return f'"{behind}'[:24]


def _of_phrase(token: QueryToken) -> str | None:
    if any(c.isalnum() for c in token.text):
        return None
    return f"{token.text} has neither a letter nor a digit, so that it is never found; leave it out"


def _of_weight(token: QueryToken, previous: QueryToken | None) -> str | None:
    if re.match(r"\^\d{1,2}(\.\d{1,2})?\Z", token.text) and previous is not None and previous.ends_term:
        return None
    if previous is None or not previous.ends_term or previous.end != token.at:
        behind = token.text[1:].strip("^")
        if behind and not behind[0].isdigit():
            return f"{token.text}: ^ at the beginning means nothing here; write title:{behind} for the headline, or {behind}"
    return f"{token.text} is no ^weight; write a number up to 99 behind ^, such as rail^2 or rail^0.5"


# A row of rules, each with its own answer: apart they would only be harder to read.
def _of_operator(  # noqa: PLR0911
    token: QueryToken, previous: QueryToken | None, following: QueryToken | None
) -> str | None:
    text = token.text
    if text == "=" and following is not None and following.kind == "phrase" and following.at == token.end:
        return f"= stands before single words; write {following.text} without it"
    if text in _SIGNS_FOR:
        return f"{text} means nothing here; write {_SIGNS_FOR[text]}"
    low = text.lower()
    if re.match(r"o?near/", low) and not re.match(r"O?NEAR/\d{1,3}\Z", text):
        name = text.partition("/")[0].upper()
        return f"{text} is no {name}/n; write such as {name}/{_USUAL} (0 to 999 words between)"
    if re.match(r"O?NEAR/\d{4,}\Z", text):
        return f"{text} is too far; write {text.partition('/')[0]}/n with up to 999 words"
    if low.startswith("atleast") and not re.match(r"ATLEAST/[1-9]\d{0,2}\Z", text):
        number = re.search(r"[1-9]\d{0,2}", text) or (
            following and re.match(r"[1-9]\d{0,2}\Z", following.text)
        )
        return f"{text} is no ATLEAST/n; write ATLEAST/{number[0] if number else 2} (…), with a number from 1"
    if (
        low in ("at", "min", "minimum")
        and following is not None
        and following.text.lower() in ("least", "match")
    ):
        return "write ATLEAST/2 (…) for so many different terms"
    near = _NEARNESS.match(f"w{text}" if re.match(r"/(\d{1,3}|[spn])\Z", text) else text)
    between = previous is not None and previous.ends_term and following is not None and following.begins_term
    called = following is not None and following.kind == "open" and following.at == token.end
    if near is not None and (near["n"] or near["sign"] or between or called) and (between or called):
        number = near["n"] if near["n"].isdigit() else ""
        if not number and following is not None and following.text.isdigit():
            number = following.text
        name = "ONEAR" if near["word"].lower() in _IN_ORDER else "NEAR"
        sample = f"{name}/{number or _USUAL}"
        return f"{text} is not known here; write a {sample} b: at most {number or _USUAL} words apart" + (
            ", in this order" if name == "ONEAR" else ""
        )
    operator = _WORDS_FOR.get(low)
    if operator is not None and following is not None and following.begins_term and between:
        return f"{text} is no operator; write {operator}"
    if low in ("xor",) and between:
        return "XOR is not known; write (a OR b) NOT (a AND b)"
    if text == "TO" and between:
        return "ranges (a TO b) are not known; write the words with OR or commas between them"
    if text.upper() in _SQL and (text.isupper() or low in ("like", "ilike")) and between:
        return (
            f"{text} is SQL and means nothing here; write the words themselves, several as a list: rail, road"
        )
    return None


def _of_field(token: QueryToken, following: QueryToken | None) -> str | None:
    text = token.text.lstrip("-!(")
    match = re.match(r"(?P<name>[^\W\d][\w.]*)(?P<sign>::?|==?|!=|:=|~=)(?P<value>.*)\Z", text, re.DOTALL)
    if match is None or text.startswith(("http:", "https:")):
        if re.match(r"https?:", text):
            return f"{text}: addresses are not searched; write source: and the name of a source"
        if re.match(r"\d+:\d+", text):
            return f'{text} has a colon; write "{text}" in quotes'
        return (
            f"{token.text} has nothing before its colon; write title: or lang: or a phrase in quotes"
            if text[:1] == ":"
            else None
        )
    while match["name"] in FIELDS and match["sign"] == ":":
        inner = re.match(
            r"(?P<name>[^\W\d][\w.]*)(?P<sign>::?|==?|!=|:=|~=)(?P<value>.*)\Z", match["value"], re.DOTALL
        )
        if inner is None:
            return None
        match = inner
    name, sign, value = match["name"], match["sign"], match["value"]
    shown = value or (
        following.text if following is not None and following.kind in ("word", "phrase") else ""
    )
    low = name.lower()
    if name in ABOUT and sign == ":":
        return _of_about(name, value, following)
    meant = low if low in (*FIELDS, *ABOUT) else _FIELD_FOR.get(low)
    if meant is None:
        if sign != ":":
            return (
                f"{name}{sign} means nothing here; write title: or lang: or the words alone"
                if sign in ("=", "==", "!=") and value
                else None
            )
        if low in _DATES:
            return (
                f"{name}: is not known; dates are no part of a query, alerts.fresh says how old news may be"
            )
        close = difflib.get_close_matches(low, [*FIELDS, *ABOUT, *_FIELD_FOR], 1)
        meant = _FIELD_FOR.get(close[0], close[0]) if close else None
    if meant is None:
        return f"there is no field {name}:; allowed: title: text: lead: lang: country: source:, or quotes for words with a colon"
    return f"{name}{sign} is not known; write {_about_as_meant(meant, shown)}"


def _about_as_meant(name: str, value: str) -> str:
    bare = value.strip('"')
    if name == "lang":
        return f"lang:{language_meant(bare) or 'zh'}"
    if name == "country":
        return f"country:{country_meant(bare) or 'TH'}"
    if name == "source":
        return f"source:{_slug(bare) or 'name'}, the name of a source of config.yaml"
    if name == "new":
        return "new:base"
    return f"{name}:{value or 'word'}"


def _slug(value: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-") if value.isascii() else ""


def _of_about(name: str, value: str, following: QueryToken | None) -> str | None:
    """What is wrong with the language, country or source that a query asks for."""
    wanted = value.partition("^")[0]
    if not wanted and following is not None:
        if following.kind == "open":
            sample = {"lang": "lang:zh OR lang:en", "country": "country:TH OR country:LA"}.get(
                name, "source:a OR source:b"
            )
            return f"{name}: stands before each value; write ({sample})"
        if following.kind == "phrase":
            return f"{name}: takes no phrase; write {_about_as_meant(name, following.text)}"
        wanted = following.text if following.kind == "word" else ""
    if not wanted:
        return f"found ':' and nothing behind {name}; write {_about_as_meant(name, '')}"
    if name == "new":
        return None if re.match(r"base\Z", wanted) else f"new:{wanted} is not known; write new:base"
    if name == "source":
        if re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*\*?\Z", wanted):
            return None
        return f"source:{wanted} cannot be a source; write {_about_as_meant(name, wanted)} (letters, digits, . _ and -, * at the end)"
    if name == "lang":
        if re.match(r"[A-Za-z]{2}\Z|[A-Za-z]?\*\Z", wanted):
            return None
        meant = language_meant(wanted)
        return f"{wanted} is no code of a language; write " + (
            f"lang:{meant}" if meant else "two letters, such as lang:zh or lang:th"
        )
    if re.match(r"[A-Za-z]{2}\Z|ASEAN\Z|[A-Za-z]?\*\Z", wanted, re.IGNORECASE):
        return None
    meant = country_meant(wanted)
    return f"{wanted} is no code of a country; write " + (
        f"country:{meant}" if meant else "two letters, such as country:TH, or country:ASEAN"
    )


def _of_list(tokens: Sequence[QueryToken], i: int, token: QueryToken) -> str | None:
    """``lang:zh,en``: the comma makes a list, whose second part would be a word."""
    match = re.match(r"[-!]?(lang|country):([A-Za-z]{2})\Z", token.text)
    behind = tokens[i + 1 : i + 3]
    if (
        match is None
        or len(behind) < 2
        or behind[0].kind != "comma"
        or not re.match(r"[A-Za-z]{2}\Z", behind[1].text)
    ):
        return None
    return (
        f"{match[1]}: stands before each value; write ({match[1]}:{match[2]} OR {match[1]}:{behind[1].text})"
    )


# As above: a row of rules.
def _of_word(  # noqa: C901, PLR0911, PLR0912
    token: QueryToken, following: QueryToken | None, behind: Sequence[QueryToken]
) -> str | None:
    text = re.sub(r"\^[\d.]*\Z", "", token.text)
    if text[:1] in ("-", "!") and len(text) > 1:
        text = text[1:]
        if text[0] in "-!+":
            return f"{token.text} means nothing here; write NOT {text.lstrip('-!+')}"
    text = re.sub(rf"\A(?:(?:{'|'.join(FIELDS)}):)+", "", text, count=1)
    if not text or text.startswith(tuple(f"{name}:" for name in ABOUT)):
        return None
    weight = token.text.partition("^")
    if "^" in text or (weight[1] and not re.match(r"\d{1,2}(\.\d{1,2})?\Z", weight[2])):
        return f"{token.text} is no ^weight; write a number up to 99 behind ^, such as {text.partition('^')[0] or 'rail'}^2"
    if "$" in text:
        return _of_set(text, following)
    if ":" in text:
        return f'{text} has a colon; write "{text}" in quotes if texts have it'
    word = text.removeprefix("=")
    if word[:1] == "+" and len(word) > 1:
        return f"+ before a word means nothing here, for AND asks for it; write AND {word[1:]}, or {word[1:]} alone"
    if word[:1] == "~":
        number = word[1:]
        if number.isdigit():
            return f"~{number} means nothing here; write NEAR/{number} between the words"
        return f"~ before a word means nothing here; write {number or 'the word'}* or further words in a list"
    if word[:1] == "/" and len(word) > 1 and not word[1].isdigit():
        return "regular expressions (/…/) are not known; write the words, with * at the end for a beginning of words"
    if re.search(r"\\|\.[*+?]|\[[^\]]*\]|\{\d|\(\?|[*+]\?", word):
        return f"{word} looks like a regular expression, which is not known; write the words, with * at the end for a beginning of words"
    if re.search(r"[\[\]{}<>`【】〔〕［］]", word):
        if any(t.text == "TO" for t in behind[:2]):
            return "ranges [a TO b] are not known; write the words with OR or commas between them"
        return f"{word}: such brackets mean nothing here; write ( ) around parts, quotes around a phrase"
    if re.match(r"'?%|.*[^\W\d]%'?\Z", word):
        bare = re.sub(r"[%']", "", word) or "rail"
        return f"% is no wildcard; write {bare}* for the words that begin so"
    if word.startswith("'") and any(
        t.text.rstrip("^0123456789.").endswith("'") and len(t.text) > 1 for t in behind
    ):
        return f'a phrase stands in double quotes; write "{_in_single_quotes(behind)}"'
    if word.startswith("?") and len(word) > 1:
        return "regular expressions ((?…)) are not known; write the words, with * at the end for a beginning of words"
    if "?" in word:
        return f"? is no wildcard; write {word.partition('?')[0] or 'railw'}*, for only * at the end of a word is one"
    if "*" in word[:-1] or word == "*":
        return _of_star(word)
    if "|" in word or "&&" in word:
        return f"{word}: words are joined with AND and OR, with blanks around them; write {re.sub(r'[|]+', ' OR ', word).replace('&&', ' AND ').strip()}"
    if re.search(r"~\d*\Z", word):
        return f"~ at the end means nothing here; write {word.partition('~')[0]}*, or NEAR/n between words for their distance"
    if not any(c.isalnum() for c in word):
        return f"{word} has neither a letter nor a digit, so that it is never found; leave it out"
    return None


def _of_star(word: str) -> str:
    bare = word.strip("*")
    if not bare:
        return "* alone would find every text; leave it out"
    if word.endswith("**") and "*" not in word.rstrip("*"):
        return f"{word} has too many stars; write {bare}*"
    if word[0] == "*":
        return f"* counts only at the end of a word; a word's beginning cannot be left open: write the words that end in {bare}, as a list"
    first, _, rest = word.partition("*")
    return f"* counts only at the end of a word (railw*); write {first}*, or {first}* NEAR/0 {rest.strip('*')}, or quotes where texts have the sign"


def _of_set(text: str, following: QueryToken | None) -> str | None:
    if re.match(r"\$(country_[A-Z]{2}|places_[A-Z]{2}|people_([A-Z]{2}|ASEAN)|[a-z][a-z0-9_]*)\Z", text):
        return None
    bare = text.strip("${}")
    if text.endswith("$") and text[0] != "$":
        return f"{text}: $ at the end means nothing here; write {bare}, or {bare}* for words that begin so"
    if text == "$":
        name = following.text if following is not None and following.kind == "word" else "rail"
        return f"$ is a part of a term set's name; write ${name} without a blank"
    if text[0] != "$" or re.match(r"\d", bare):
        return f'$ begins the name of a term set; write "{text}" in quotes for an amount of money'
    plain = re.sub(r"[^a-z0-9_]+", "_", bare.lower()).strip("_")
    return f"{text} is no name of a term set (a–z, 0–9 and _); write " + (
        f"${plain}" if plain and plain[0].isalpha() else "such as $rail"
    )


def _in_single_quotes(behind: Sequence[QueryToken]) -> str:
    words: list[str] = []
    for token in behind:
        words.append(token.text)
        if token.text.endswith("'") and (len(words) > 1 or len(token.text) > 1):
            break
    return " ".join(words).strip("'%")


def _in_a_row(
    tokens: Sequence[QueryToken], i: int, token: QueryToken, previous: QueryToken | None
) -> str | None:
    """Two terms without anything between them: a phrase, or a forgotten operator."""
    if previous is None or not previous.ends_term:
        return None
    if token.text[:1] in ("-", "!"):
        return None
    if token.kind != "word" or previous.kind != "word" or not (_is_bare(token) and _is_bare(previous)):
        return f"expected AND, OR, NOT, NEAR/n or a comma before {token.text[:20]!r}"
    begin = end = i
    while begin and _is_bare(tokens[begin - 1]) and tokens[begin - 1].kind == "word":
        begin -= 1
    while end + 1 < len(tokens) and tokens[end + 1].kind == "word" and _is_bare(tokens[end + 1]):
        end += 1
    parts: list[list[str]] = [[]]
    said: list[str] = []
    for part in tokens[begin : end + 1]:
        operator = _WORDS_FOR.get(part.text.casefold())
        if operator is not None and parts[-1] and part is not tokens[end]:
            said.append(operator)
            parts.append([])
        else:
            parts[-1].append(part.text)
    if said and all(parts):
        terms = [f'"{" ".join(words)}"' if len(words) > 1 else words[0] for words in parts]
        meant = " ".join(piece for pair in zip(terms, [*said, ""], strict=True) for piece in pair if piece)
        return f"expected AND, OR, NOT, NEAR/n or a comma before {token.text[:20]!r}; write {meant[:90]}"
    phrase = " ".join(t.text for t in tokens[begin : end + 1])
    return (
        f'expected AND, OR, NOT, NEAR/n or a comma before {token.text[:20]!r}; write "{phrase[:60]}" in quotes for the phrase,'
        f" or AND or OR between the words"
    )


def _is_bare(token: QueryToken) -> bool:
    return not re.search(r"[$:^*=]", token.text)
