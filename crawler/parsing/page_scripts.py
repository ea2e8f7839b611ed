"""The text of an article that a page holds in its scripts: pages that a browser has to build carry it as JSON.

Next.js, Nuxt and their kind write the state of a page into it. What in that state is the article is decided by its form: the
place where most running text stands, which is no list of other stories.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from crawler.parsing.headline_likeness import is_same_headline
from crawler.parsing.page_tree import Element
from crawler.parsing.text import plain, size_of

_MOST_SCRIPTS, _LONGEST, _MOST_VALUES, _DEEPEST = 60, 3_000_000, 50_000, 60
_LEAST = 60
"""Bytes of UTF-8 from which a string is running text."""
_LEAST_ARTICLE = 200
_OTHERS = re.compile(
    r"related|recommend|popular|trending|most_?read|latest|sidebar|footer|header|menu|nav|comment|seo|config|i18n|locale|messages"
    r"|translations?|^ads?$|teaser|promo|^bio|author|captions?$|^alt$|style|script|cookie|consent|^meta",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"body|content|text|html|paragraph|rendered|children|value|story|detail|isi", re.IGNORECASE
)
_PIECE = re.compile(r"items?$|head|title|quote|list", re.IGNORECASE)
_NO_TEXT = ("http://", "https://", "data:", "/", "{", "[{")
_TITLE, _PLACE = ("title", "headline", "judul"), ("url", "slug", "link", "href", "id", "permalink")
_ASSIGNED = re.compile(r"(?:[\w$.\]\"')]\s*=\s*|\.push\()(?=[{\[])")
_LITERAL = re.compile(r'"((?:[^"\\]|\\.){60,})"', re.DOTALL)
_SINGLE = re.compile(r"[=:]\s*'((?:[^'\\\n]|\\.){60,})'")
_QUOTE = re.compile(r'\\.|"', re.DOTALL)
_PARSED = re.compile(r"""JSON\.parse\(\s*(["'])((?:(?!\1)[^\\]|\\.)*+)\1""", re.DOTALL)
_LONGEST_TITLE = 500
_WORDS = re.compile("(?:[^\\W\\d_]|[\u0e01-\U0010ffff])+")
"""Marks of vowels are no letters, and half of what Thai, Lao, Khmer and Burmese are written with."""
_LOOKED_AT = 1_000
"""Characters of a string by which it is told whether it is text."""
_CODE = re.compile(r"[{};]|=>|[\w)\]]\(|\w\.\w+\.\w|==|&&|\|\|")
_MOST_CODE = 0.01
"""Signs of programs for each character of running text, at most."""
_STATE = re.compile(r"__\w+|(?:STATE|state|[dD]ata|DATA|content|metadata)\s*=")


@dataclass(slots=True)
class _Gathered:
    """Running text by the place where it stands; a place is the path of keys, with all members of a list as one."""

    texts: dict[tuple[str, ...], list[str]] = field(default_factory=dict)
    all: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    """With the short strings that may be headings or items of lists, in their order."""
    values: int = 0

    def add(self, value: str, path: tuple[str, ...]) -> None:
        """Take a string, if it is text."""
        if _is_text(value):
            self.texts.setdefault(path, []).append(value)
            self.all.append((path, value))
        elif _is_piece(value, path):
            self.all.append((path, value))


def text_in_scripts(tree: Element, title: str = "") -> str:
    """The article's text, a paragraph a line; empty where no script holds one.

    Args:
        tree: the page.
        title: its headline; the object that has it as its own is the article, however many others stand beside it.
    """
    best = ""
    for source, kind in _sources(tree):
        values = list(_values(source, kind))
        named = max((_text_of(v) for value in values for v in _named(value, title)), key=size_of, default="")
        if named:
            return named
        gathered = _Gathered()
        for value in values:
            _gather(value, (), gathered)
        found = _best(gathered) or _of_literals(source, kind)
        best = max(best, found, key=size_of)
    return best if size_of(best) >= _LEAST_ARTICLE else ""


def _text_of(value: Any) -> str:
    gathered = _Gathered()
    _gather(value, (), gathered)
    return _best(gathered)


def _named(value: Any, title: str) -> Iterator[Any]:
    """The innermost objects that have a headline of their own which is the page's."""
    left = [_MOST_VALUES]

    def within(one: Any, deep: int) -> Iterator[Any]:
        left[0] -= 1
        if left[0] < 0 or deep > _DEEPEST:
            return
        members = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        for member in members:
            if isinstance(member, dict | list):
                yield from within(member, deep + 1)
        if isinstance(one, dict) and any(is_named(one.get(name)) for name in _TITLE):
            yield one

    def is_named(name: Any) -> bool:
        return isinstance(name, str) and len(name) <= _LONGEST_TITLE and is_same_headline(plain(name), title)

    return within(value, 0) if title else iter(())


def _sources(tree: Element) -> Iterator[tuple[str, str]]:
    """The scripts that may hold state: each with what it is."""
    scripts = tree.iter("script")
    streamed = []
    for _, script in zip(range(_MOST_SCRIPTS), scripts, strict=False):
        source, media = script.text or "", (script.get("type") or "").lower()
        if not source or len(source) > _LONGEST or "ld+json" in media:
            continue
        if "json" in media:
            yield source, "devalue" if script.get("id") == "__NUXT_DATA__" else "json"
        elif "__next_f" in source:
            streamed.append(source)
        elif (not media or "javascript" in media or media == "module") and _STATE.search(source):
            yield source, "code"
    if streamed:
        yield "".join(streamed), "stream"


def _values(source: str, kind: str) -> Iterator[Any]:
    if kind in ("json", "devalue"):
        try:
            value = json.loads(source, strict=False)
        except (ValueError, RecursionError):
            return
        yield _hydrated(value) if kind == "devalue" and isinstance(value, list) else value
    elif kind == "code":
        decoder = json.JSONDecoder(strict=False)
        for _, found in zip(range(20), _ASSIGNED.finditer(source), strict=False):
            try:
                yield decoder.raw_decode(source, found.end())[0]
            except (ValueError, RecursionError):
                continue
        for _, quoted in zip(range(20), _PARSED.finditer(source), strict=False):
            try:
                yield json.loads(_unquoted(quoted[2], quoted[1]), strict=False)
            except (ValueError, RecursionError):
                continue


def _hydrated(values: list[Any]) -> Any:
    """The value of Nuxt's flat list, in which objects and lists hold the places of their members (devalue)."""
    left = [_MOST_VALUES]

    def value_at(place: Any, deep: int) -> Any:
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(values):
            return place
        left[0] -= 1
        if deep > _DEEPEST or left[0] < 0:
            return None
        value = values[place]
        if isinstance(value, dict):
            return {key: value_at(member, deep + 1) for key, member in value.items()}
        if isinstance(value, list):
            members = value[1:] if value and isinstance(value[0], str) else value
            return [value_at(member, deep + 1) for member in members]
        return value

    return value_at(0, 0)


def _gather(value: Any, path: tuple[str, ...], found: _Gathered) -> None:
    found.values += 1
    if found.values > _MOST_VALUES or len(path) > _DEEPEST:
        return
    if isinstance(value, str):
        found.add(value, path)
    elif isinstance(value, dict):
        for key, member in value.items():
            if not _OTHERS.search(str(key)):
                _gather(member, (*path, str(key)), found)
    elif isinstance(value, list):
        if len(value) > 1 and sum(map(_is_story, value)) * 2 > len(value):
            return
        for member in value:
            _gather(member, (*path, "*"), found)


def _is_story(value: Any) -> bool:
    """Whether a member of a list is a story of its own."""
    return (
        isinstance(value, dict)
        and any(isinstance(value.get(name), str) for name in _TITLE)
        and any(name in value for name in _PLACE)
    )


def _is_piece(value: str, path: tuple[str, ...]) -> bool:
    """Whether a short string may be a heading or an item of a list: it is under such a name, and no address or name of a program."""
    is_named = _BODY.search(_name_of(path)) or _PIECE.search(_name_of(path))
    is_spoken = not value.isascii() or " " in value.strip()
    return bool(is_named) and is_spoken and size_of(value) < _LEAST and not value.startswith(_NO_TEXT)


def _name_of(path: tuple[str, ...]) -> str:
    return next((part for part in reversed(path) if part != "*"), "")


def _is_text(value: str) -> bool:
    if size_of(value) < _LEAST or value.startswith(_NO_TEXT):
        return False
    start = re.sub(r"<[^>]*>", " ", value[:_LOOKED_AT])
    signs = "".join(start.split())
    if len(_CODE.findall(start)) > _MOST_CODE * len(start):
        return False
    words = sum(map(len, _WORDS.findall(signs)))
    is_spaced = " " in start.strip() or not start.isascii()
    return is_spaced and bool(signs) and words > 0.8 * len(signs)


def _best(gathered: _Gathered) -> str:
    """The text of the place that has most of it; of a list of blocks, what stands in all kinds of blocks."""

    def score(path: tuple[str, ...]) -> float:
        return sum(map(size_of, gathered.texts[path])) * (2.0 if _BODY.search(_name_of(path)) else 1.0)

    if not gathered.texts:
        return ""
    best = max(gathered.texts, key=score)
    if "*" not in best:
        return _joined(gathered.texts[best])
    blocks = best[: best.index("*") + 1]
    return _joined([text for path, text in gathered.all if path[: len(blocks)] == blocks])


def _of_literals(source: str, kind: str) -> str:
    """The running text among the strings of a program that writes no JSON."""
    if kind not in ("code", "stream") or not _STATE.search(source[:2_000]):
        return ""
    single = [_unquoted(literal, "'") for literal in _SINGLE.findall(source)] if kind == "code" else []
    # What single quotes enclose may hold double ones: the attributes of its markup.
    found = single if any(map(_is_text, single)) else [_unquoted(t) for t in _LITERAL.findall(source)]
    inner = [_unquoted(literal) for literal in _LITERAL.findall("".join(found))] if kind == "stream" else []
    return max((_joined([text for text in texts if _is_text(text)]) for texts in (found, inner)), key=size_of)


def _unquoted(literal: str, quote: str = '"') -> str:
    """The value of a string literal, given without its quotes; empty where it is none."""
    if quote == "'":
        literal = _QUOTE.sub(
            lambda found: "'" if found[0] == "\\'" else '\\"' if found[0] == '"' else found[0], literal
        )
    try:
        value = json.loads(f'"{literal}"', strict=False)
    except ValueError:
        return ""
    return value if isinstance(value, str) else ""


def _joined(texts: list[str]) -> str:
    return plain("".join(f"<div>{text}</div>" for text in dict.fromkeys(texts)))
