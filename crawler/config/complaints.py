"""A validation error in words: what is wrong and what is allowed."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from html import escape
from typing import Any, get_args, get_origin
from urllib.parse import quote, quote_plus, unquote

from pydantic import BaseModel, ValidationError

from crawler.config.choices import choice_meant
from crawler.config.layers import EXTENDS
from crawler.config.look_alikes import look_alike
from crawler.config.merging import DIRECTIVES
from crawler.config.plain import ConfigProblem, RefusedValue
from crawler.config.references import Key, ReferenceKeys
from crawler.config.section import COUNTRY_PATTERN, LANG_PATTERN, NAME_PATTERN, URL_PATTERN
from crawler.config.settings import Settings
from crawler.judging.territories import territory_meant
from crawler.judging.text.language_codes import language_meant
from crawler.runtime.near import did_you_mean, hint
from crawler.runtime.redaction import HIDDEN, without_credentials

_MAPPING = "a mapping of keys such as {key: value}"
_WANTED = {
    "tuple_type": "a list such as [one, two]",
    "string_type": "text",
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
}
_SHOWN = 80
"""Characters of a value up to which it is shown in another shape."""
SHORT = 4
"""Characters below which a secret is only looked for as a word of its own."""
_BARE_USER = re.compile(r"(?<![\w.])[\w.+-]+:[^\s@'\"/]+@")
"""A user and a password before a host, in an address that lacks its scheme."""
_PATTERNS = {
    URL_PATTERN: "allowed: an address that begins with http:// or https://",
    LANG_PATTERN: "allowed: a two-letter language code such as id",
    COUNTRY_PATTERN: "allowed: a two-letter country code such as ID, or a group or region such as ASEAN",
    NAME_PATTERN: "allowed: letters, digits, '.', '_' and '-'",
}


def complaints(
    error: ValidationError,
    hidden: Callable[[Key], str | None] = lambda key: None,
    model: type[BaseModel] = Settings,
) -> Iterator[tuple[Key, str]]:
    """For each error of a validation its key and its message.

    Args:
        error: the errors.
        hidden: gives what is said in place of a key's value that must not be repeated; else None.
        model: what the values are to be, for the keys that it allows.
    """
    for item in error.errors(include_url=False):
        # Of a mapping's key that is not allowed pydantic says (…, key, "[key]").
        key = tuple(part for part in item["loc"] if part != "[key]")
        # The reader has complained of that value already;
        # a second complaint would be about its stand-in.
        if not isinstance(item["input"], RefusedValue):
            name = hidden(key)
            yield (
                key,
                _message(item, key, model)
                if name is None
                else f"{name} does not fit: {_without_value(item)}",
            )


def _without_value(item: Any) -> str:
    """What is allowed, without repeating what was given: a part of a secret is secret, too."""
    if item["type"] == "string_pattern_mismatch":
        return _allowed_by(item["ctx"]["pattern"])
    if item["type"] != "value_error":
        # Pydantic's own words never repeat the value, unlike those of our validators (value_error).
        return str(item["msg"]).replace("Input should", "should")
    # Our messages say what was given before this mark, and only what is allowed behind it.
    _, found, allowed = str(item["msg"]).rpartition("; allowed: ")
    return f"allowed: {allowed}" if found else "it is not allowed"


def _message(item: Any, key: Key, model: type[BaseModel]) -> str:
    kind = item["type"]
    if key and key[-1] in DIRECTIVES and kind in ("extra_forbidden", "tuple_type", "model_type"):
        return f"has a meaning only in a file that extends another; allowed: {EXTENDS}: packaged at the top level"
    if kind == "extra_forbidden":
        return _unknown(key, model)
    if kind == "missing":
        return f"is missing; write {key[-1]}: {_description_at(key, model)}".rstrip(": ")
    if kind == "value_error":
        return re.sub(r"^Value error, ", "", item["msg"])
    return _unfitting(kind, item) or _of_wrong_type(kind, item["input"]) or _in_general(item)


def _unfitting(kind: str, item: Any) -> str | None:
    context = item.get("ctx", {})
    if kind == "literal_error":
        known = re.findall("'([^']*)'", context["expected"])
        near = choice_meant(str(item["input"]), known)
        return f"{item['input']!r} is not known{near}; allowed: {context['expected'].replace(chr(39), '')}"
    if kind == "string_pattern_mismatch":
        meant = _meant_by(str(item["input"]), context["pattern"])
        return f"{item['input']!r} does not fit{hint(meant)}; {_allowed_by(context['pattern'])}"
    return None


def _meant_by(value: str, pattern: str) -> str | None:
    """What a value that does not fit its pattern was meant to be."""
    if pattern == LANG_PATTERN:
        return language_meant(value)
    if pattern == COUNTRY_PATTERN:
        return territory_meant(value)
    if pattern == URL_PATTERN:
        plain = unicodedata.normalize("NFKC", value).strip("\"'“”„‘’<>《》 ")
        bare = re.sub(r"^[a-z]*:?/+", "", plain, flags=re.IGNORECASE)
        return f"https://{bare}" if re.match(r"[\w-]+(\.[\w-]+)+", bare) and "@" not in bare else None
    if pattern == NAME_PATTERN:
        plain = unicodedata.normalize("NFKC", value)
        return re.sub(r"[^A-Za-z0-9._-]+", "-", plain.strip()).strip("-._") or None
    return None


def _allowed_by(pattern: str) -> str:
    return _PATTERNS.get(pattern, f"allowed: {pattern}")


def _of_wrong_type(kind: str, value: Any) -> str | None:
    if value is None:
        return f"is empty; allowed: {_WANTED.get(kind, 'a value')}, or leave the key out"
    if kind not in _WANTED:
        return None
    written = _as_written(value)
    quoted = (
        f", such as '{written}' in quotes"
        if kind == "string_type" and not isinstance(value, list | dict)
        else ""
    )
    if isinstance(value, str) and kind != "string_type" and (looks := look_alike(value)):
        return f"{written[:_SHOWN]} is read as one text: {looks}"
    meant = _shape_meant(kind, value)
    return f"{written} is not {_WANTED[kind].partition(' such as')[0]}{hint(meant)}; allowed: {_WANTED[kind]}{quoted}"


def _shape_meant(kind: str, value: Any) -> str | None:
    """A value in the shape that was expected: a list of what was separated by commas, a text of what has a colon."""
    if kind == "tuple_type" and isinstance(value, str) and 0 < len(value) <= _SHOWN:
        return f"[{', '.join(part.strip() for part in re.split('[,，、;；]', value) if part.strip())}]"
    if kind in ("dict_type", "model_type") and isinstance(value, list) and value:
        return _mapping_meant(value)
    if kind == "tuple_type" and isinstance(value, dict) and value:
        name, held = next(iter(value.items()))
        # One entry without its dash, or entries by their names.
        return f"- {name}: …" if "name" in value or not isinstance(held, dict) else f"- name: {name}"
    if kind == "string_type" and isinstance(value, dict) and len(value) == 1:
        name, held = next(iter(value.items()))
        return f"'{name}: {held}'"[: 2 * _SHOWN] if isinstance(held, str) else None
    return None


def _mapping_meant(value: list[Any]) -> str | None:
    """A list as the mapping that was expected: spellings of all languages, or entries that have their name in them or before them."""
    if all(isinstance(v, str) for v in value):
        return f'{{"*": [{", ".join(value)}]}}'[: 2 * _SHOWN]
    first = value[0]
    if not isinstance(first, dict) or not first:
        return None
    name = first.get("name") if isinstance(first.get("name"), str) else next(iter(first))
    return f"{name}: without - before it"[:_SHOWN]


def _in_general(item: Any) -> str:
    shown = "" if isinstance(item["input"], dict | list) else f"{item['input']!r}: "
    advised = _ADVISED.get(item["type"], "")
    if item["type"] in ("int_parsing", "float_parsing"):
        # Digits and points of another keyboard, and the comma of other countries.
        meant = unicodedata.normalize("NFKC", str(item["input"])).replace(",", ".").strip()
        advised = f"{hint(meant if re.fullmatch(_NUMBER, meant) else None)}{advised}"
    return f"{shown}{item['msg'].replace('Input should', 'should')}{advised}"


_NUMBER = r"-?\d+(?:\.\d+)?"
_ADVISED = {
    "bool_parsing": "; write true or false",
    "bool_type": "; write true or false",
    "int_parsing": "; write a whole number such as 10",
    "int_type": "; write a whole number such as 10",
    "int_from_float": "; write a whole number such as 10",
    "float_parsing": "; write a number such as 0.5",
    "float_type": "; write a number such as 0.5",
}


def _description_at(key: Key, model: type[BaseModel]) -> str:
    """What the description of a key says, for one that is missing."""
    fields = _fields_at(key[:-1], model)
    return next((text for name, text in fields if name == key[-1]), "")


def _as_written(value: Any) -> str:
    """A value as YAML has it; a collection by its kind."""
    if isinstance(value, bool):
        return str(value).lower()
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else str(value)


def without_secrets(
    problems: Iterable[ConfigProblem], secrets: Mapping[str, str], keys: ReferenceKeys
) -> list[ConfigProblem]:
    """Problems without values of the environment, secrets of the file, or passwords and tokens of addresses.

    ``secrets`` are these values, each with what is said in its place.

    Sections that programs write hold no value of the environment. Nothing is replaced by its name there: whoever may try a
    topic could guess a password, and the replacement would say when the guess is right.
    """
    values = sorted(
        # The longest first: one secret may be part of another one.
        ((value, name) for value, name in secrets.items() if value.strip()),
        key=lambda v: -len(v[0]),
    )
    return [
        replace(p, message=_scrubbed(p.message, () if _is_in(p.key, keys.by_program) else values))
        for p in problems
    ]


def _is_in(key: str, sections: Iterable[str | int]) -> bool:
    return re.split(r"[.\[]", key, maxsplit=1)[0] in sections


def _scrubbed(message: str, hidden: Iterable[tuple[str, str]]) -> str:
    for value, name in hidden:
        for form in _forms(value):
            # A short value, such as a port, may also be part of another word.
            edge = r"(?<!\w){}(?!\w)" if len(form) < SHORT else "{}"
            message = name.join(re.split(edge.format(re.escape(form)), message, flags=re.IGNORECASE))
    return _BARE_USER.sub(f"{HIDDEN}@", without_credentials(message))


def _forms(value: str) -> list[str]:
    """A value as messages may have it, the longest first: as it is, as Python, JSON, an address or a page writes it."""
    plain = {value, value.strip(), unquote(value)}
    made = {
        f(v)
        for v in plain
        for f in (quote, quote_plus, lambda v: quote(v, safe=""), lambda v: escape(v, quote=True))
    }
    made |= {repr(v)[1:-1] for v in plain} | {
        json.dumps(v, ensure_ascii=a)[1:-1] for v in plain for a in (True, False)
    }
    return sorted(filter(None, plain | made), key=len, reverse=True)


def _unknown(key: Key, model: type[BaseModel]) -> str:
    top = (EXTENDS,) if len(key) == 1 and model is Settings else ()
    fields = [*_names_at(key[:-1], model), *top]
    if str(key[-1]).isdigit():
        return f"unknown key; a comma begins another entry: write 0.{key[-1]} for a number; allowed: {', '.join(sorted(fields))}"
    return f"unknown key{did_you_mean(str(key[-1]), fields)}; allowed: {', '.join(sorted(fields))}"


def _names_at(key: Key, root: type[BaseModel]) -> list[str]:
    """The keys allowed under ``key``."""
    return [name for name, _ in _fields_at(key, root)]


def _fields_at(key: Key, root: type[BaseModel]) -> list[tuple[str, str]]:
    """The keys allowed under ``key``, each with its description."""
    model: Any = root
    inside = False  # the next part is an index of a list, or a name that the operator chose
    for part in key:
        if inside:
            inside = False
            continue
        field = (
            next((f for n, f in model.model_fields.items() if part in (n, f.alias)), None)
            if _is_model(model)
            else None
        )
        kind = field.annotation if field else None
        model, inside = (
            (kind, False) if _is_model(kind) else (_inner(kind), get_origin(kind) in (tuple, dict))
        )
    if not _is_model(model):
        return []
    return [(f.alias or n, f.description or "") for n, f in model.model_fields.items()]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _inner(kind: Any) -> Any:
    """The model inside ``tuple[Model, ...]``, ``dict[str, Model]`` or ``Model | None``."""
    models = [a for a in get_args(kind) if _is_model(a)]
    return models[0] if models else kind
