"""Signs that look like YAML's and are none: those of Chinese keyboards, of word processors, and blanks that are no blanks."""

from __future__ import annotations

import re
import unicodedata

_BLANK = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff"
INVISIBLE = "".join(chr(c) for c in range(0x3001) if re.match(f"[{_BLANK}{_INVISIBLE}]", chr(c)))
"""Blanks that are no blanks of YAML, and signs that nobody sees."""
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no file of YAML may hold (YAML 1.2, 5.1)."""
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'")
_CURLY = "“”„‟〝〞＂‘’‚‛＇"
_KEY = r"(?:[-?]\s+)?[{｛]?\s*[“\"']?[^\W\d][\w.-]*[”\"']?"


def lines_of(text: str) -> list[str]:
    """The lines of a text as YAML 1.1 counts them: also a line separator and a next-line sign end one."""
    return _BREAK.split(text)


def unreadable_sign(text: str) -> tuple[int, str] | None:
    """The line of the first sign that no YAML may hold, and what to do about it; None where there is none."""
    match = _NOT_YAML.search(text)
    if match is None:
        return None
    code = f"U+{ord(match[0]):04X}"
    return len(
        lines_of(text[: match.start()])
    ), f"holds the control character {code}, which nobody sees; leave it out"


def look_alike(line: str) -> str | None:
    """What sign of a line, or of a value that was read as one text, looks like YAML's and is none, and what to write.

    Args:
        line: outside of quotation marks.
    """
    line = _QUOTED.sub('""', line)
    return next((said for say in _RULES if (said := say(line)) is not None), None)


def near_look_alike(text: str, at: int) -> tuple[int, str] | None:
    """The nearest line to one that YAML complains of which has such a sign, and what is said of it.

    Args:
        text: the text.
        at: the line, from 1.
    """
    lines = lines_of(text)
    for number in (at, at - 1, at + 1, at - 2, at - 3):
        if 0 < number <= len(lines) and not lines[number - 1].lstrip().startswith("#"):
            line = lines[number - 1]
            said = look_alike(line) or (
                _in_broken(_QUOTED.sub('""', line)) if at - 1 <= number <= at else None
            )
            if said:
                return number, said
    return None


def odd_key(name: str, *, is_alone: bool) -> str | None:  # noqa: PLR0911 - a row of rules, each with its own answer
    """What of a key is hardly meant to be a part of it, and what to write.

    Args:
        name: the key as YAML read it.
        is_alone: whether it has no value.
    """
    if match := re.search(f"[{_BLANK}{_INVISIBLE}]", name):
        plain = re.sub(f"[{_BLANK}{_INVISIBLE}]+", "", name)
        if not match.start():
            return f"begins with {_named(match[0])}, which YAML takes for a letter of the key; indent by plain blanks, and write {plain}:"
        return f"holds {_named(match[0])}, which YAML takes for a letter of the key; write {plain}:"
    if "：" in name or "﹕" in name:
        return f"{name}: the colon behind a key is a plain one; write {re.sub('[：﹕] *', ': ', name)}"
    if re.search("[［］｛｝【】]", name):
        return f"{name}: such brackets are letters for YAML; write plain [ ] and {{ }}"
    if is_alone and re.match(r"[A-Za-z_]+:[^\s:]", name):
        return f"{name} has no blank behind its colon, so that all of it is read as a key; write {name.replace(':', ': ', 1)}"
    if name and (name[0] in _CURLY or name[-1] in _CURLY):
        return f"{name}: YAML knows plain quotation marks only; write {name.strip(_CURLY)}:"
    return None


def curly_quoted(value: str) -> str | None:
    """What is said of a value that stands in quotation marks which YAML takes for letters; None where it does not."""
    if len(value) < 2 or value[0] not in _CURLY or value[-1] not in _CURLY:
        return None
    bare = value.strip(_CURLY)
    return (
        None
        if not bare
        else f'{value}: YAML knows plain quotation marks only, and takes these for letters; write "{bare}" or {bare}'
    )


def _named(sign: str) -> str:
    name = unicodedata.name(sign, "a sign that nobody sees").lower()
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name} (U+{ord(sign):04X})"


def _of_indent(line: str) -> str | None:
    match = re.match(f"[ \t]*([{_BLANK}{_INVISIBLE}])", line)
    return f"is indented by {_named(match[1])}; indent by plain blanks" if match else None


def _of_colon(line: str) -> str | None:
    match = re.match(rf"\s*{_KEY}\s*([：﹕])", line)
    if match:
        key = re.sub(r"[\s{｛-]", "", match[0][: match.start(1) - match.start()])
        return f"{match[1]} is no colon of YAML; write {key}: with a plain colon and a blank behind it"
    match = re.match(rf"\s*({_KEY}):([{_BLANK}])", line)
    if match:
        return f"behind the colon stands {_named(match[2])}; write {match[1].strip()}: with a plain blank behind it"
    match = re.match(
        r"\s*(?:-\s+)?(?!(?:title|text|lead|country|source|new|lang):)([A-Za-z_][\w-]*):([^\s:/].*)", line
    )
    return (
        f"a colon ends a key only with a blank behind it; write {match[1]}: {match[2].strip()[:40]}"
        if match
        else None
    )


def _of_dash(line: str) -> str | None:
    match = re.match(rf"[\s{_BLANK}]*([－–—−•·‣●▪◦﹣*＊+])[\s{_BLANK}]*(?=\w|[“\"'$])", line)
    if match:
        return f"{match[1]} begins no entry of a list; write - with a blank behind it"
    match = re.match(rf"\s*-([{_BLANK}])", line)
    if match:
        return f"behind - stands {_named(match[1])}; write a plain blank there"
    match = re.match(r"\s*-(?=[^\W\d]|[“\"'$])(.{0,30})", line)
    return f"an entry of a list begins with - and a blank; write - {match[1].split()[0]}" if match else None


def _of_brackets(line: str) -> str | None:
    match = re.match(rf"\s*(?:{_KEY}:\s*)?([［｛【])", line)
    wanted = "{ }" if match and match[1] == "｛" else "[ ]"
    return f"{match[1]} is no bracket of YAML; write plain {wanted} and plain commas" if match else None


_RULES = (_of_indent, _of_colon, _of_dash, _of_brackets)


def _in_broken(line: str) -> str | None:  # noqa: PLR0911 - a row of rules, each with its own answer
    """What else may have broken a line that YAML could not read."""
    if match := re.search(r"[\]}\"]\s*([，；、;])", line):
        return f"{match[1]} parts nothing in YAML; write a plain comma"
    if match := re.search(r"[［］｛｝【】]", line):
        return f"{match[0]} is no bracket of YAML; write plain [ ] and {{ }}"
    if match := re.search(rf"(?::\s+|[\[{{,]\s*|-\s+)([{_CURLY}])", line):
        return f"{match[1]} is no quotation mark of YAML; write \" or '"
    if re.search(r"[\[{][^\]}]*\s#", line):
        return (
            "# behind a blank begins a comment, so that what follows is not read; put a text with # in quotes"
        )
    if match := re.search(r"[{,]\s*[\w.-]+(：)", line):
        return f"{match[1]} is no colon of YAML; write : with a blank behind it"
    if match := re.search(rf"[:,\[{{-]\s*([{_BLANK}])", line):
        return f"holds {_named(match[1])}; write a plain blank"
    return None
