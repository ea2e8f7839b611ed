"""A validation error in words: what is wrong and what is allowed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from crawler.config.settings import Settings

Key = tuple[str | int, ...]
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
        yield key, _message(item, key)


def _message(item: Any, key: Key) -> str:
    kind, context = item["type"], item.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(key)
    if kind == "missing":
        return "is missing"
    if kind == "literal_error":
        return f"{item['input']!r} is not known; allowed: {context['expected'].replace(chr(39), '')}"
    if kind == "string_pattern_mismatch":
        allowed = _PATTERNS.get(context["pattern"], f"allowed: {context['pattern']}")
        return f"{item['input']!r} does not fit; {allowed}"
    if kind == "value_error":
        return re.sub(r"^Value error, ", "", item["msg"])
    shown = "" if isinstance(item["input"], dict | list) else f"{item['input']!r}: "
    message = item["msg"].replace("Input should", "should")
    return f"{shown}{message}"


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
