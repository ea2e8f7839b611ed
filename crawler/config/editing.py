"""Changes to config.yaml made by program: only the part in question is written anew, its comments kept; the rest stays byte for byte."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import FoldedScalarString

from crawler.config.load import ConfigError, load
from crawler.config.settings import Settings
from crawler.model import AseanwatchError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def with_part(text: str, section: str, name: str, values: Mapping[str, Any] | None) -> str:
    """A configuration in which one entry of a section (``topics``, ``terms``) holds other values.

    Args:
        text: the file's text.
        section: the section, a mapping at the top level; it is made where it is missing.
        name: the entry; a new one goes to the section's end.
        values: its values, keys that are not named go; None takes the entry out.

    Raises:
        AseanwatchError: the section is written in a form that cannot be added to, or the name is none.
    """
    if not _NAME.fullmatch(name):
        raise AseanwatchError(f"{name!r} is no name; allowed: letters, digits, . _ -")
    if values is None:
        return put_back(text, section, name, None)
    block = part_of(text, section, name)
    return put_back(text, section, name, _dumped({name: values}) if block is None else _changed(block, name, values))


def part_of(text: str, section: str, name: str) -> str | None:
    """The lines of one entry without their margin; None where there is no such entry."""
    place = _place(text, section, name)
    if place is None or not place.there:
        return None
    cut = place.lines[place.start : place.end]
    return "".join(line[place.margin :] if line[: place.margin].isspace() else line.lstrip(" ") for line in cut)


def put_back(text: str, section: str, name: str, block: str | None) -> str:
    """A configuration in which an entry has the lines that `part_of` gave once; None takes the entry out."""
    place = _place(text, section, name)
    if place is None:
        return text + ("" if text.endswith("\n") else "\n") + (f"{section}:\n" + _indented(block, 2) if block is not None else "")
    made = _indented(block, place.margin) if block is not None else ""
    return "".join(place.lines[: place.start]) + made + "".join(place.lines[place.end :])


class _Place(NamedTuple):
    """Where an entry stands in the lines of a file, or would stand; ``there`` says which."""

    lines: list[str]
    margin: int
    start: int
    end: int
    there: bool


def _place(text: str, section: str, name: str) -> _Place | None:
    """The place of an entry; None where the whole section is missing."""
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    node = _child(yaml.compose(text, Loader=yaml.SafeLoader), section)
    if node is None:
        return None
    if not isinstance(node[1], yaml.MappingNode) or node[1].flow_style or not node[1].value:
        raise AseanwatchError(f"{section} has no entries on lines of their own that one could be put beside")
    margin = node[1].value[0][0].start_mark.column
    entry = _child(node[1], name)
    if entry is None:
        end = _last_line(node[1].value[-1][1], lines)
        return _Place(lines, margin, end, end, False)
    return _Place(lines, margin, entry[0].start_mark.line, _last_line(entry[1], lines), True)


def _child(node: Any, name: str) -> tuple[Any, Any] | None:
    return next(((k, v) for k, v in getattr(node, "value", ()) if k.value == name), None)


def _last_line(node: Any, lines: Sequence[str]) -> int:
    """The line behind a value; a comment or an empty line behind it belongs to what follows."""
    first = int(node.start_mark.line) + 1
    end: int = int(node.end_mark.line) + (1 if node.end_mark.column else 0)
    while end > first and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return end


def _yaml() -> YAML:
    made = YAML()
    made.preserve_quotes = True
    made.width = 4096
    made.indent(mapping=2, sequence=4, offset=2)
    return made


def _changed(block: str, name: str, values: Mapping[str, Any]) -> str:
    writer = _yaml()
    data = writer.load(block)
    entry = data[name]
    if not isinstance(entry, CommentedMap):
        return _dumped({name: values})
    for key in [k for k in entry if k not in values]:
        del entry[key]
    for key, value in values.items():
        if _bare(entry.get(key)) != value:
            entry[key] = _shaped(value)
    out = StringIO()
    writer.dump(data, out)
    return out.getvalue()


def _bare(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _bare(v) for k, v in value.items()}
    return [_bare(v) for v in value] if isinstance(value, list) else value


def _shaped(value: Any) -> Any:
    """Long texts folded, short lists on one line."""
    if isinstance(value, Mapping):
        return CommentedMap((k, _shaped(v)) for k, v in value.items())
    if isinstance(value, list | tuple):
        made = CommentedSeq(_shaped(v) for v in value)
        if sum(len(str(v)) + 2 for v in value) < 100:
            made.fa.set_flow_style()
        return made
    return (
        FoldedScalarString(value)
        if isinstance(value, str) and len(value) > 110 and "\n" not in value and "  " not in value
        else value
    )


def _dumped(values: Mapping[str, Any]) -> str:
    out = StringIO()
    _yaml().dump(_shaped(values), out)
    return out.getvalue()


def _indented(text: str, margin: int) -> str:
    return "".join(f"{' ' * margin}{line}" if line.strip() else line for line in text.splitlines(keepends=True))


def difference(before: str, after: str, name: str) -> str:
    """What changes between two texts of a file, as a unified difference."""
    lines = (before.splitlines(keepends=True), after.splitlines(keepends=True))
    return "".join(difflib.unified_diff(*lines, name, name, n=2))


def checked(path: Path, text: str) -> Settings:
    """The settings that a text would give in place of a file, which stays as it is.

    Raises:
        ConfigError: it is wrong; lines are those of the text.
    """
    trial = path.with_name(f".{path.name}.trial")
    trial.write_text(text, encoding="utf-8")
    try:
        return load(trial)
    except ConfigError as error:
        raise ConfigError(str(path), error.problems) from None
    finally:
        trial.unlink(missing_ok=True)


def write(path: Path, before: str, after: str) -> Settings:
    """Put a text in place of a file, at once and whole.

    Args:
        path: the file.
        before: what the change was made from.
        after: what it is to say.

    Raises:
        AseanwatchError: somebody else has changed it meanwhile; ConfigError: the text is wrong. The file stays as it was.
    """
    settings = checked(path, after)
    if path.read_text(encoding="utf-8") != before:
        raise AseanwatchError(f"{path.name} has been changed by somebody else meanwhile; nothing was written")
    scratch = path.with_name(f".{path.name}.new")
    scratch.write_text(after, encoding="utf-8")
    scratch.chmod(path.stat().st_mode)
    scratch.replace(path)
    return settings
