"""A validation error in words: what is wrong and what is allowed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from crawler.config.plain import Key, PlainReader, Problem, Refused
from crawler.config.settings import Settings

_MAPPING = "a mapping of keys such as {key: value}"
_WANTED = {"tuple_type": "a list such as [one, two]", "string_type": "text", "dict_type": _MAPPING, "model_type": _MAPPING}
SHORT = 4
"""Characters below which a secret is only looked for as a word of its own."""
_IN_ADDRESS = re.compile(r"(://)[^/\s@'\"]*@|(?<![\w.])[\w.+-]+:[^\s@'\"/]+@")
_IN_QUERY = re.compile(r"(?i)([?&;](?:[\w-]*(?:token|key|secret|passw|auth|sig)[\w-]*)=)[^&;\s'\"]+")
_PATTERNS = {
    r"^https?://[^\s/]+": "allowed: an address that begins with http:// or https://",
    r"^[a-z]{2}$": "allowed: a two-letter language code such as id",
    r"^([A-Z]{2}|ASEAN)$": "allowed: a two-letter country code such as ID, or ASEAN",
    r"^[A-Za-z0-9][A-Za-z0-9._-]*$": "allowed: letters, digits, '.', '_' and '-'",
}


def complaints(error: ValidationError) -> Iterator[tuple[Key, str]]:
    """For each error of a validation its key and its message."""
    for item in error.errors(include_url=False):
        key = tuple(item["loc"])
        if not isinstance(item["input"], Refused):
            yield key, _message(item, key)


def _message(item: Any, key: Key) -> str:
    kind = item["type"]
    if kind == "extra_forbidden":
        return _unknown(key)
    if kind == "missing":
        return "is missing"
    if kind == "value_error":
        return re.sub(r"^Value error, ", "", item["msg"])
    return _unfitting(kind, item) or _of_wrong_type(kind, item["input"]) or _in_general(item)


def _unfitting(kind: str, item: Any) -> str | None:
    context = item.get("ctx", {})
    if kind == "literal_error":
        return f"{item['input']!r} is not known; allowed: {context['expected'].replace(chr(39), '')}"
    if kind == "string_pattern_mismatch":
        allowed = _PATTERNS.get(context["pattern"], f"allowed: {context['pattern']}")
        return f"{item['input']!r} does not fit; {allowed}"
    return None


def _of_wrong_type(kind: str, value: Any) -> str | None:
    if value is None:
        return f"is empty; allowed: {_WANTED.get(kind, 'a value')}, or leave the key out"
    if kind not in _WANTED:
        return None
    written = _as_written(value)
    quoted = f", such as '{written}' in quotes" if kind == "string_type" and not isinstance(value, list | dict) else ""
    return f"{written} is not {_WANTED[kind].partition(' such as')[0]}; allowed: {_WANTED[kind]}{quoted}"


def _in_general(item: Any) -> str:
    shown = "" if isinstance(item["input"], dict | list) else f"{item['input']!r}: "
    return f"{shown}{item['msg'].replace('Input should', 'should')}"


def _as_written(value: Any) -> str:
    """A value as YAML has it; a collection by its kind."""
    if isinstance(value, bool):
        return str(value).lower()
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else str(value)


def without_secrets(problems: Iterable[Problem], reader: PlainReader) -> list[Problem]:
    """Problems whose words repeat no value of the environment, no secret of the file, no password or token of an address."""
    hidden = sorted(((value, name) for value, name in reader.secrets.items() if value.strip()), key=lambda v: -len(v[0]))
    return [replace(p, message=_scrubbed(p.message, hidden)) for p in problems]


def _scrubbed(message: str, hidden: Iterable[tuple[str, str]]) -> str:
    for value, name in hidden:
        for form in {value, repr(value)[1:-1]}:
            # A short value, such as a port, may also be part of another word.
            edge = r"(?<!\w){}(?!\w)" if len(form) < SHORT else "{}"
            message = name.join(re.split(edge.format(re.escape(form)), message))
    message = _IN_ADDRESS.sub(lambda m: f"{m[1] or ''}…@", message)
    return _IN_QUERY.sub(r"\1…", message)


def _unknown(key: Key) -> str:
    fields = _fields_at(key[:-1])
    close = difflib.get_close_matches(str(key[-1]), fields, 1)
    hint = f" (did you mean {close[0]}?)" if close else ""
    return f"unknown key{hint}; allowed: {', '.join(sorted(fields))}"


def _fields_at(key: Key) -> list[str]:
    """The keys allowed under ``key``."""
    model: Any = Settings
    inside = False  # the next part is an index of a list, or a name that the operator chose
    for part in key:
        if inside:
            inside = False
            continue
        field = next((f for n, f in model.model_fields.items() if part in (n, f.alias)), None) if _is_model(model) else None
        kind = field.annotation if field else None
        model, inside = (kind, False) if _is_model(kind) else (_inner(kind), get_origin(kind) in (tuple, dict))
    if not _is_model(model):
        return []
    return [f.alias or n for n, f in model.model_fields.items()]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _inner(kind: Any) -> Any:
    """The model inside ``tuple[Model, ...]``, ``dict[str, Model]`` or ``Model | None``."""
    models = [a for a in get_args(kind) if _is_model(a)]
    return models[0] if models else kind
