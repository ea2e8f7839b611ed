"""What commands are called with, kept in a file, so that help, completion and errors of usage need none of their modules.

`described` puts the signature of a command into plain values, `stand_in` makes a function of that signature out of them, which
loads the command when it is called. The file (``signatures.json`` beside the commands) is written by `make parsed`, with a
checksum of the modules that it was made from; where they have changed since, the commands themselves are asked.
"""

from __future__ import annotations

import inspect
import json
import types
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from zlib import crc32

import typer
from typer.models import ArgumentInfo, OptionInfo, ParameterInfo

from crawler.commands.completing import completion_of

Function = Callable[..., Any]
FILE = "signatures.json"
_TYPES = {t.__name__: t for t in (str, int, float, bool, Path)}  # what a word of a command line can stand for
_PLAIN = {"OptionInfo": vars(typer.Option()), "ArgumentInfo": vars(typer.Argument())}


class UnknownSignatureError(TypeError):
    """A command is called with something that the file cannot say."""


def described(function: Function) -> dict[str, Any]:
    """The help and the parameters of a command as plain values.

    Raises:
        UnknownSignatureError: one of them is of a type that the file has no words for.
    """
    hints = get_type_hints(function, include_extras=True)
    return {
        "help": inspect.getdoc(function) or "",
        "parameters": [_parameter(p, hints[p.name]) for p in inspect.signature(function).parameters.values()],
    }


def _parameter(parameter: inspect.Parameter, hint: Any) -> dict[str, Any]:
    kind, *infos = (hint.__origin__, *hint.__metadata__) if get_origin(hint) is Annotated else (hint,)
    found: dict[str, Any] = {"name": parameter.name, "type": _type(kind)}
    if parameter.default is not parameter.empty:
        found["default"] = _default(parameter.default)
    for info in infos:
        if isinstance(info, ParameterInfo):
            usual = _PLAIN[type(info).__name__]
            found["kind"] = "option" if isinstance(info, OptionInfo) else "argument"
            found["info"] = {k: _value(k, v) for k, v in vars(info).items() if v != usual[k]}
    return found


def _type(kind: Any) -> Any:
    """A type in words: a name, ``["list", …]``, ``["one of", …]``, ``["enum", "module:Class", …]``, ``["or none", …]``."""
    origin, inner = get_origin(kind), get_args(kind)
    if kind in _TYPES.values():
        return kind.__name__
    if origin is list:
        return ["list", _type(inner[0])]
    if origin is Literal:
        return ["one of", *inner]
    if inspect.isclass(kind) and issubclass(kind, Enum):
        return ["enum", f"{kind.__module__}:{kind.__qualname__}", *(member.value for member in kind)]
    if origin in (Union, types.UnionType) and len(inner) == 2 and type(None) in inner:
        return ["or none", _type(next(i for i in inner if i is not type(None)))]
    raise UnknownSignatureError(f"no words for {kind}")


def _default(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    return value.value if isinstance(value, Enum) else value


def _value(name: str, value: Any) -> Any:
    if callable(value) or not isinstance(value, str | int | float | bool | list | tuple | None):
        raise UnknownSignatureError(f"no words for {name}={value}")
    return value


def stand_in(path: str, description: Mapping[str, Any], load: Callable[[], Function]) -> Function:
    """A function of a described signature that loads the command when it is called.

    Args:
        path: the command, such as ``stories list``.
        description: what `described` gave.
        load: gives the command itself.
    """
    enums = {p["name"]: e for p in description["parameters"] if (e := _enum_of(p["type"]))}

    def call(**given: Any) -> Any:
        for name, enum in enums.items():
            given[name] = _members(attribute(enum), given[name])
        return load()(**given)

    parameters = [
        inspect.Parameter(
            p["name"],
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=p.get("default", inspect.Parameter.empty),
            annotation=_annotation(path, p),
        )
        for p in description["parameters"]
    ]
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {}
    call.__name__ = path.replace(" ", "_").replace("-", "_")
    call.__doc__ = description["help"]
    return call


def _annotation(path: str, parameter: Mapping[str, Any]) -> Any:
    kind = _type_of(parameter["type"])
    if "kind" not in parameter:
        return kind
    info: ParameterInfo = typer.Option() if parameter["kind"] == "option" else typer.Argument()
    assert isinstance(info, OptionInfo | ArgumentInfo)
    for name, value in parameter["info"].items():
        setattr(info, name, value)
    info.autocompletion = completion_of(path, parameter["name"], is_option=isinstance(info, OptionInfo))
    return Annotated[kind, info]


def _type_of(words: Any) -> Any:
    if isinstance(words, str):
        return _TYPES[words]
    match words:
        case ["list", inner]:
            return list[_type_of(inner)]  # type: ignore[misc]
        case ["or none", inner]:
            return _type_of(inner) | None
        case ["one of", *values]:
            return Literal[tuple(values)]
        case ["enum", name, *values]:
            return Enum(name.rpartition(":")[2], {v: v for v in values}, type=str)
    raise UnknownSignatureError(f"no type {words}")


def _enum_of(words: Any) -> str | None:
    match words:
        case ["enum", name, *_]:
            return str(name)
        case ["or none" | "list", inner]:
            return _enum_of(inner)
    return None


def _members(enum: Any, given: Any) -> Any:
    """The members of an enumeration in place of those that stood in for them, one or many, or none."""
    if isinstance(given, list | tuple):
        return [_members(enum, one) for one in given]
    return None if given is None else enum(getattr(given, "value", given))


def attribute(name: str) -> Any:
    """What ``module:name`` names; its module is loaded."""
    module, _, inner = name.partition(":")
    return getattr(import_module(module), inner)


@cache
def kept(folder: Path) -> Mapping[str, Any] | None:
    """The signatures that are kept in a folder of commands; None where its modules have changed since, or there are none."""
    file = folder / FILE
    if not file.is_file():
        return None
    try:
        found: dict[str, Any] = json.loads(file.read_bytes())
    except ValueError:  # half of it from one branch, half of it from another
        return None
    return found["commands"] if found["of"] == checksum(folder) else None


def checksum(folder: Path) -> int:
    """Of all modules in a folder."""
    total = 0
    for path in sorted(folder.glob("*.py")):
        total = crc32(path.name.encode() + path.read_bytes(), total)
    return total


def text_of(commands: Mapping[str, Any], folder: Path) -> str:
    """The file for some commands, one a line: two changes of different commands then meet without a conflict."""
    lines = ",\n".join(
        f"{json.dumps(path)}:{json.dumps(value, ensure_ascii=False, separators=(',', ':'))}"
        for path, value in commands.items()
    )
    return f'{{"of":{checksum(folder)},"commands":{{\n{lines}\n}}}}\n'
