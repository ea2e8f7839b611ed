"""What YAML makes of a text in silence, and what its complaints mean to somebody who does not know its inside."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from crawler.config.look_alikes import lines_of

_TAB = "a tab stands where only blanks may; indent by blanks"
_QUOTES = "put such a text in quotes"
_CURES = (
    ("undefined alias", f"* before a word is YAML's sign for an alias; {_QUOTES}: '*'"),
    ("alphabetic or numeric character", f"* or & before a word is YAML's sign for an alias or anchor; {_QUOTES}"),
    ("mapping values are not allowed", f"a colon and a blank inside a text, or a line that is indented too far; {_QUOTES}"),
    ("cannot start any token", f"a text cannot begin with @, ` or %; {_QUOTES}"),
    ("expected ',' or ']'", "a comma or ] is missing before this place; add it, or put a text with : # [ ] { } in quotes"),
    ("expected ',' or '}'", "a comma or } is missing before this place; add it, or put a text with : # [ ] { } in quotes"),
    ("found another document", "--- begins a second file inside this one; leave that line out"),
    ("expected <document start>", "what stands above is a text and no key; write a colon and a blank behind the key"),
    ("did not find expected key", "this line is indented otherwise than its neighbours; give it as many blanks as they have"),
    ("expected '-' indicator", "the entries of a list stand below one another; give each - as many blanks as the first"),
    ("could not find expected ':'", "a key has no colon with a blank behind it; write key: value"),
    ("unexpected end of stream", "a quotation mark or a bracket is opened and not closed; close it"),
    ("unexpected document indicator", "a quotation mark is opened and not closed; close it"),
    ("unknown escape character", "in double quotes \\ begins an escape; write single quotes, or \\\\"),
    ("duplicate anchor", f"an anchor (&) stands here twice; {_QUOTES} if none is meant"),
    ("block sequence entries are not allowed", "a list begins on a line of its own; put - below the key, or write [one, two]"),
    ("node content", "a value is missing, or a comma or bracket is too many; take it out"),
)  # fmt: skip
_HALF_QUOTED = re.compile(r"""^\s*(?:- )?[\w.-]+:\s+(?:"[^"\n]*"|'[^'\n]*')\s+[^\s#]""")
_HALF_QUOTED_CURE = """a value that begins with a quotation mark ends with its twin; put single quotes around the whole, such as '"joint laboratory" AND rice'"""
_QUOTED = ("'", '"', "|", ">")
_ANCHORED = re.compile(r"(?m)(?:^|[\s\[{,])&\S")


def explained(problem: str, text: str, at: int = 0) -> str:
    """A complaint of the YAML reader with what to do about it.

    Args:
        problem: its words.
        text: what it read.
        at: the line that it complains of, from 1; 0 if it named none.
    """
    if "\t" in text and "cannot start any token" in problem:
        return _TAB
    if "expected <document start>" in problem and any(line.rstrip() == "..." for line in lines_of(text)[:at]):
        return "... ends the file before its end; leave that line out"
    if any(_HALF_QUOTED.search(line) for line in lines_of(text)[at - 1 : at + 1] if at):
        return f"{problem}; {_HALF_QUOTED_CURE}"
    cure = next((cure for sign, cure in _CURES if sign in problem), None)
    return f"{problem}; {cure}" if cure else problem


def lost_anchors(text: str) -> Iterator[tuple[int, str]]:
    """Anchors that nothing refers to: YAML takes them away from the text that they stand before. Line and message."""
    # Scanning costs as much as reading; few texts have the sign.
    if not _ANCHORED.search(text):
        return
    tokens = list(yaml.scan(text, Loader=yaml.CSafeLoader))
    used = {t.value for t in tokens if isinstance(t, yaml.AliasToken)}
    for token in tokens:
        if isinstance(token, yaml.AnchorToken) and token.value not in used:
            yield (
                token.start_mark.line + 1,
                f"&{token.value} is read as a name of this place, and taken away; write '&{token.value}' in quotes if it is text",
            )


def joined_lines(node: yaml.Node | None) -> Iterator[tuple[int, str, str]]:
    """Spellings of term sets that stand on two lines without a comma between them. Line, name of the set and message."""
    if not isinstance(node, yaml.MappingNode):
        return
    for name, section in node.value:
        if name.value == "terms" and isinstance(section, yaml.MappingNode):
            for own, spellings in section.value:
                for scalar in _scalars(spellings, set()):
                    # Plain ones only: in quotes, a line break is meant.
                    if scalar.style in _QUOTED or scalar.start_mark.line == scalar.end_mark.line:
                        continue
                    yield (
                        scalar.start_mark.line + 1,
                        str(own.value),
                        f"{scalar.value!r} is one spelling on two lines; write a comma or - between two, or quotes around one",
                    )


def _scalars(node: yaml.Node, seen: set[int]) -> Iterator[yaml.ScalarNode]:
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        yield node
    for child in node.value if isinstance(node, yaml.CollectionNode) else ():
        for part in child if isinstance(child, tuple) else (child,):
            yield from _scalars(part, seen)
