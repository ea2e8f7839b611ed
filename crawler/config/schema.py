"""The JSON Schema of config.yaml: of a whole file, and of one that extends others, in which little is required."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from crawler.config.layers import EXTENDS, PACKAGED
from crawler.config.merging import REMOVE, REPLACE
from crawler.config.settings import Settings

_PREFIX = "Short"
_WHAT_EXTENDS = (
    f"'{PACKAGED}', the path of a file from this one's folder, or a list of them, the lowest first"
)
_EXTENDS = {
    "anyOf": [
        {"type": "string", "minLength": 1},
        {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
    ],
    "description": f"what this file changes: {_WHAT_EXTENDS}",
    "examples": [PACKAGED, [PACKAGED, "../shared-terms.yaml"]],
}
_PARTS = [{"type": "array", "items": {"type": "string"}}, {"type": "object"}]
_REMOVE = {
    "anyOf": [{"const": True}, *_PARTS],
    "description": "takes out of what is extended: true the whole entry, else the keys, entries or words that are named",
}
_REPLACE = {"const": True, "description": "of the entry that is extended nothing stays"}


def config_schema() -> dict[str, Any]:
    """The JSON Schema of config.yaml, for editors."""
    whole = Settings.model_json_schema(by_alias=True)
    defs: dict[str, Any] = whole.pop("$defs")
    short = {f"{_PREFIX}{name}": _shortened(part) for name, part in defs.items()}
    file = _shortened(whole) | {"required": [EXTENDS], "title": "A file that extends others"}
    file["properties"] = {
        EXTENDS: _EXTENDS,
        REMOVE: {**_REMOVE, "anyOf": _PARTS},
        **{name: part for name, part in file["properties"].items() if name not in (REMOVE, REPLACE)},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "config.yaml",
        "type": "object",
        "if": {"required": [EXTENDS]},
        "then": {"$ref": "#/$defs/ShortFile"},
        "else": {"$ref": "#/$defs/WholeFile"},
        "$defs": {**defs, **short, "WholeFile": whole, "ShortFile": file},
    }


def _shortened(schema: Any) -> Any:
    """The schema of a part of a file that extends others: only names are required, and it can say what goes."""
    if isinstance(schema, list):
        return [_shortened(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _shortened(value) for key, value in deepcopy(schema).items()}
    if "$ref" in made:
        made["$ref"] = made["$ref"].replace("#/$defs/", f"#/$defs/{_PREFIX}")
    if made.get("type") != "object" or "const" in made:
        return made
    if "required" in made:
        made["required"] = [name for name in made["required"] if name == "name"]
    made["properties"] = {**made.get("properties", {}), REMOVE: _REMOVE, REPLACE: _REPLACE}
    return made
