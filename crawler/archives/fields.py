"""Which column or key of a table is which field of an article: by its name, or by what an operator says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from crawler.archives.items import ArchiveError
from crawler.archives.row_dates import EXCEL, of_excel
from crawler.model import AseanwatchError
from crawler.runtime.data_tables import table

FIELDS = ("url", "title", "text", "html", "summary", "published", "lang", "author", "image", "outlet", "seen")
"""The fields of an article in an archive."""
_MOMENTS = ("published", "seen")
"""The fields that are dates."""
_SINGLE = ("url", "image", "published", "seen", "lang", "title", "html")
"""Of these an article has one; of a list the first counts."""
_NEEDED = ("title", "text", "html", "summary")
"""Of these one at least must be there: an article without words cannot be judged."""
_SIGNS = re.compile(r"[\s._\-]+")
_TEMPLATE = re.compile(r"\{([^{}]+)\}")
_NUMBERED = re.compile(r"#([1-9]\d{0,3})")
_ALSO = {"headline": "title", "body": "text", "date": "published", "link": "url", "language": "lang", "source": "outlet",
         "first_seen": "seen"}  # fmt: skip
"""Other words for the fields, as people and our own export have them."""


@dataclass(frozen=True, slots=True)
class FieldSource:
    """Where a field comes from: a column by its name, its number (``#3``), or several within a text (``https://db/{id}``).

    ``form`` is how its date is written, as `datetime.strptime` takes it, or ``excel``: a number of days as spreadsheets have it.
    """

    column: str
    form: str = ""

    def value(self, row: Mapping[str, Any]) -> Any:
        """The value in a row; None where it has none."""
        if not _TEMPLATE.search(self.column):
            return _within(row, self.column)
        parts = {name: _within(row, name) for name in _TEMPLATE.findall(self.column)}
        if any(part in (None, "") for part in parts.values()):
            return None
        return _TEMPLATE.sub(lambda found: str(parts[found[1]]).strip(), self.column)

    @property
    def columns(self) -> list[str]:
        """The columns that it names."""
        return _TEMPLATE.findall(self.column) or [self.column]


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """Where the fields come from that an operator said; the others are found by their names.

    Attributes:
        sources: by field.
        encoding: how text is encoded; None: found out.
        delimiter: what parts the columns of a table; None: found out.
    """

    sources: Mapping[str, FieldSource]
    encoding: str | None = None
    delimiter: str | None = None

    @property
    def has_no_header(self) -> bool:
        """Whether columns are called by their numbers, so that the first row is an article too."""
        columns = [c for source in self.sources.values() for c in source.columns]
        return bool(columns) and all(_NUMBERED.fullmatch(c) for c in columns)


def mapping_of(
    given: Iterable[str], encoding: str | None = None, delimiter: str | None = None
) -> FieldMapping:
    """What ``--map`` says: pairs as ``headline=title``, or files of YAML with ``fields``, ``encoding`` and ``delimiter``.

    Raises:
        ArchiveError: a pair has no field of that name, or a file cannot be read.
    """
    sources: dict[str, FieldSource] = {}
    for text in given:
        if text.lower().endswith((".yaml", ".yml")):
            read = _file(Path(text))
            sources |= _pairs((str(c), str(f)) for c, f in read.get("fields", {}).items())
            encoding, delimiter = encoding or read.get("encoding"), delimiter or read.get("delimiter")
        else:
            sources |= _pairs(_parted(pair) for pair in text.split(",") if pair.strip())
    return FieldMapping(sources, _known_encoding(encoding), _known_delimiter(delimiter))


def _parted(pair: str) -> tuple[str, str]:
    column, sign, field = pair.rpartition("=")
    if not sign:
        raise ArchiveError(f"--map {pair.strip()}: write COLUMN=FIELD, such as headline=title")
    return column, field


def _pairs(pairs: Iterable[tuple[str, str]]) -> dict[str, FieldSource]:
    found: dict[str, FieldSource] = {}
    for column, written in pairs:
        name, _, form = written.strip().partition(":")
        name = _ALSO.get(name.strip().lower(), name.strip().lower())
        if name not in FIELDS:
            raise ArchiveError(f"--map: {name!r} is no field of an article; these are: {', '.join(FIELDS)}")
        found[name] = FieldSource(column.strip(), _known_form(name, form.strip()))
    return found


def _known_form(field: str, form: str) -> str:
    """The form of a date, once it is known that dates can be read by it."""
    if not form:
        return form
    if form.lower() == EXCEL and field in _MOMENTS:
        return EXCEL
    if field not in _MOMENTS:
        raise ArchiveError(
            f"--map: {field} is no date and takes no form ({form!r}); {' and '.join(_MOMENTS)} do"
        )
    plain = form.replace("%%", "")
    try:
        datetime.strptime(datetime(2024, 5, 17, 10, 30, tzinfo=UTC).strftime(form), form)  # noqa: DTZ007 - only tried
    except (ValueError, re.error) as error:
        why = str(error) if isinstance(error, ValueError) else "a part of it comes twice"
        raise ArchiveError(f"--map: {form!r} is no form of a date, such as %d/%m/%Y: {why}") from None
    if not any(part in plain for part in ("%Y", "%y", "%G", "%c", "%x")):
        raise ArchiveError(f"--map: {form!r} has no year; write a form such as %d/%m/%Y")
    return form


def _file(path: Path) -> dict[str, Any]:
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ArchiveError(f"{path}: is no YAML: {' '.join(str(error).split())[:200]}") from None
    known = {"fields", "encoding", "delimiter"}
    if not isinstance(read, dict) or not read.keys() <= known or not isinstance(read.get("fields", {}), dict):
        raise ArchiveError(
            f"{path}: write fields (COLUMN: FIELD, one a line), and perhaps encoding and delimiter"
        )
    return read


def _known_encoding(name: str | None) -> str | None:
    if name is None:
        return None
    try:
        "".encode(str(name))
    except LookupError:
        raise ArchiveError(
            f"--encoding: {name!r} is no encoding; such are utf-8, gb18030, big5, cp874, cp1258"
        ) from None
    return str(name)


def _known_delimiter(sign: str | None) -> str | None:
    found = {"tab": "\t", "\\t": "\t"}.get(str(sign).lower(), sign)
    if found is not None and len(found) != 1:
        raise ArchiveError(f"--delimiter: {sign!r} must be one character, or tab")
    return found


def folded(name: str) -> str:
    """A column's name without case and the signs between its words: ``Date_Published`` and ``datePublished`` are one."""
    return _SIGNS.sub("", name.casefold())


@cache
def _by_name() -> dict[str, tuple[str, int]]:
    names = table("archive_fields.yaml")
    return {
        folded(name): (field, n) for field, all_names in names.items() for n, name in enumerate(all_names)
    }


def fields_of(columns: Sequence[str], mapping: FieldMapping) -> dict[str, list[FieldSource]]:
    """For each field the columns that may hold it, the likeliest first."""
    found: dict[str, list[tuple[int, FieldSource]]] = {
        name: [(-1, source)] for name, source in mapping.sources.items()
    }
    taken = {c for source in mapping.sources.values() for c in source.columns}
    for column in columns:
        known = _by_name().get(folded(column)) if isinstance(column, str) and column not in taken else None
        if known is not None and known[0] not in mapping.sources:
            found.setdefault(known[0], []).append((known[1], FieldSource(column)))
    return {name: [s for _, s in sorted(sources, key=lambda one: one[0])] for name, sources in found.items()}


def check_columns(columns: Sequence[str], mapping: FieldMapping) -> None:
    """Check that a table has what is needed.

    Raises:
        ArchiveError: a column that was named is not there, or nothing is known to hold words or addresses.
    """
    names = {*columns, *(f"#{n}" for n in range(1, len(columns) + 1))}
    shown = ", ".join(c for c in columns[:20] if c) or "none"
    missing = [
        c
        for s in mapping.sources.values()
        for c in s.columns
        if c not in names and c.split(".")[0] not in names
    ]
    if missing:
        raise ArchiveError(f"has no column {', '.join(missing)}; its columns are: {shown}")
    found = fields_of(columns, mapping)
    lacks = [] if any(name in found for name in _NEEDED) else ["a headline or a text (title, text)"]
    lacks += [] if "url" in found else ["an address (url)"]
    if lacks:
        raise ArchiveError(
            f"no column is known to hold {' or '.join(lacks)}; say which with --map COLUMN=FIELD; its columns are: {shown}"
        )


class UnfitValueError(AseanwatchError):
    """A value that is not written as an operator said."""


def values_of(row: Mapping[str, Any], sources: Mapping[str, Sequence[FieldSource]]) -> dict[str, Any]:
    """The fields of an article in a row: texts, and moments where a date's form was said.

    Raises:
        UnfitValueError: a date is not of that form.
    """
    found: dict[str, Any] = {}
    for name, candidates in sources.items():
        for source in candidates:
            value = _text(
                _first(source.value(row)) if name in _SINGLE else source.value(row),
                "\n" if name == "text" else ", ",
            )
            if value:
                found[name] = _moment(value, source.form) if source.form else value
                break
    return found


def _first(value: Any) -> Any:
    """A value; of a list the first that is not empty."""
    while isinstance(value, list | tuple):
        value = next((one for one in value if one not in (None, "", [], {})), None)
    return value


def _within(row: Mapping[str, Any], path: str) -> Any:
    """The value under a name, or along a path of names such as ``article.title``."""
    if path in row:
        return row[path]
    value: Any = row
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _text(value: Any, joint: str) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, Mapping):
        return _text(value.get("name") or value.get("title") or value.get("uri") or value.get("text"), joint)
    if isinstance(value, list | tuple):
        return joint.join(filter(None, (_text(v, joint) for v in value)))
    return str(value).strip()


def _moment(text: str, form: str) -> datetime:
    try:
        if form == EXCEL:
            return of_excel(text)
        moment = datetime.strptime(text, form)  # noqa: DTZ007 - a zone is given below where it has none
    except ValueError:
        raise UnfitValueError(f"{text[:80]!r} does not fit the form {form!r} that --map gives it") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
