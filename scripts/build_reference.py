"""Writes docs/reference/ from the code: configuration, commands, API, query language, metrics, rooms, tables, weights, wrong configurations."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import typer
from pydantic import TypeAdapter

from alerts.cli import build
from alerts.operations.live_config import Live
from alerts.operations.metrics import Collector
from alerts.web.api.app import api
from alerts.web.context import WebContext
from crawler.config import load
from crawler.config.loading import reference_keys
from crawler.config.settings import Settings
from crawler.config.values import format_duration
from crawler.runtime.clock import now
from crawler.runtime.packaged_config import packaged
from crawler.store import Store
from scripts import licences_page, rooms, tables_page, weights_page, wrong_configurations

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
MADE = "<!-- Made from the code by `make docs`; changes here are lost. -->\n"


def configuration() -> str:
    """Every key of config.yaml with its type, default and meaning."""
    schema = Settings.model_json_schema(by_alias=True)
    lines = ["# config.yaml, key by key\n", MADE]
    lines.append(
        "Unknown keys are errors; `aseanwatch check` names each with its line. Durations are written `30s`, `15m`, `12h`, `7d`, sizes"
        " `10MB`, secrets only as `${NAME}` or `${NAME:-default}` from the environment. Editors complete and check with"
        " [config.schema.json](../config.schema.json).\n"
    )
    taking = ", ".join(f"`{key}`" for key in str(reference_keys()).split(", "))
    lines.append(
        f"References to the environment are read in these keys only (`*` stands for any name or place): {taking}. In them `$${{` stands for"
        " the signs `${`, and the value of a user or password in an address may have any signs. In all other keys `${NAME}` is no reference: an error, and in `sources`, `terms` and `topics`, where programs"
        " write what others supply, plain text of which `aseanwatch check` warns.\n"
    )
    lines.append(
        "A file may begin with `extends: packaged`, the path of a file, or a list of them, and then holds what it changes; `remove` and"
        " `replace` say what goes: [how](../how-to/own-what-you-change.md).\n"
    )
    for name, part in schema["properties"].items():
        section, many = _section(schema, part)
        lines.append(f"## `{name}`{many}\n")
        if section is None:
            lines.append(f"{_type(schema, part)}. {part.get('description', '')}\n")
            continue
        lines += [
            f"{(section.get('description') or '').strip()}\n",
            "| key | type | default | meaning |",
            "|---|---|---|---|",
        ]
        lines += _rows(schema, section, "")
        lines.append("")
    return "\n".join(lines)


def _rows(schema: Mapping[str, Any], section: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for key, part in section.get("properties", {}).items():
        inner, many = _section(schema, part)
        if inner is not None and inner.get("properties"):
            yield f"| `{prefix}{key}`{many} | | | {(inner.get('description') or '').strip()} |"
            yield from _rows(schema, inner, f"{prefix}{key}.")
            continue
        default = "required" if key in section.get("required", ()) else _default(part.get("default"))
        yield f"| `{prefix}{key}` | {_type(schema, part)} | {default} | {_cell(part.get('description', ''))} |"


def _section(schema: Mapping[str, Any], part: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, str]:
    """The section of a key, and whether it repeats: in a list, or by name."""
    for inner, many in (
        (part, ""),
        (part.get("items", {}), ", a list"),
        (part.get("additionalProperties", {}), ", by name"),
    ):
        if isinstance(inner, Mapping) and "$ref" in inner:
            return schema["$defs"][inner["$ref"].rsplit("/", 1)[-1]], many
    return None, ""


def _type(schema: Mapping[str, Any], part: Mapping[str, Any]) -> str:
    if "$ref" in part:
        return _type(schema, schema["$defs"][part["$ref"].rsplit("/", 1)[-1]])
    if "anyOf" in part:
        return " or ".join(dict.fromkeys(_type(schema, p) for p in part["anyOf"] if p.get("type") != "null"))
    if "enum" in part:
        return ", ".join(f"`{v}`" for v in part["enum"])
    if part.get("type") == "array":
        return f"list of {_type(schema, part.get('items', {}))}"
    if part.get("type") == "object":
        return (
            f"{_type(schema, part['additionalProperties'])} by name"
            if isinstance(part.get("additionalProperties"), Mapping)
            else "mapping"
        )
    told = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}.get(
        part.get("type", ""), "value"
    )
    limits = [f"at least {part['minimum']}"] if "minimum" in part else []
    limits += [f"at most {part['maximum']}"] if "maximum" in part else []
    examples = [f"such as `{part['examples'][0]}`"] if part.get("examples") else []
    return ", ".join([told, *limits, *examples])


def _default(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, str) and re.fullmatch(r"P[0-9YMDTHS.]+", value):
        value = format_duration(TypeAdapter(timedelta).validate_python(value))
    if isinstance(value, dict) and "kind" in value:
        value = value["kind"]
    return _cell(f"`{value if isinstance(value, str) else json.dumps(value)}`")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def commands() -> str:
    """Every command with its arguments and options."""
    program = typer.main.get_command(build())
    lines = [
        "# Every command\n",
        MADE,
        "[The contract](../contract.md) says what each does and which exit statuses mean what.\n",
    ]
    lines += _command("aseanwatch", program, 1)
    return "\n".join(lines)


def _command(name: str, command: Any, depth: int) -> Iterator[str]:
    subs = getattr(command, "commands", {})
    if not subs:
        usage = " ".join([name, *(_usage(p) for p in command.params if p.name != "help")])
        yield f"{'#' * min(depth + 1, 4)} `{name}`\n"
        yield f"{(command.help or '').strip()}\n\n```text\n{usage}\n```\n"
        rows = [(p, getattr(p, "help", "") or "") for p in command.params if p.name != "help"]
        if rows:
            yield "| | |\n|---|---|"
            for p, help_text in rows:
                named = (
                    ", ".join(f"`{o}`" for o in p.opts)
                    if p.param_type_name == "option"
                    else f"`{(p.metavar or p.name or '').upper()}`"
                )
                default = (
                    f" (default `{p.default}`)"
                    if p.default not in (None, False, (), [])
                    and not callable(p.default)
                    and "<" not in repr(p.default)
                    else ""
                )
                yield f"| {named} | {_cell(help_text)}{_cell(default)} |"
            yield ""
        return
    if depth > 1:
        yield f"{'#' * depth} `{name}`\n\n{(command.help or '').strip()}\n"
    for sub, inner in sorted(subs.items()):
        yield from _command(f"{name} {sub}", inner, depth + 1)


def _usage(param: Any) -> str:
    if param.param_type_name != "option":
        word = (param.name or "").upper()
        return (word if param.required else f"[{word}]") + (
            "…" if param.nargs == -1 or param.multiple else ""
        )
    flag = param.opts[0]
    value = "" if param.is_flag else f" {(param.metavar or param.name or '').upper()}"
    text = f"{flag}{value}"
    return (text if param.required else f"[{text}]") + ("…" if param.multiple else "")


def _service(folder: str) -> tuple[Live, Store]:
    store = Store(f"sqlite:///{folder}/reference.db")
    store.upgrade()
    return Live(None, load(packaged(), {})), store


def api_page() -> str:
    """Every operation of the API."""
    with tempfile.TemporaryDirectory() as folder:
        live, store = _service(folder)
        described = api(WebContext(live, store, now)).openapi()
        store.close()
    lines = ["# The API\n", MADE]
    lines.append(
        "At `/api/v1` of the web pages, described by [`/api/v1/openapi.json`](http://127.0.0.1:8080/api/v1/openapi.json) (OpenAPI). Programs send"
        " `Authorization: Bearer TOKEN`; `aseanwatch tokens add NAME` makes one. Problems come as RFC 9457; what is not known in a query is refused\n"
        "(422), and the problem names it (`parameter`) and what is nearest to it (`nearest`).\n"
    )
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            lines.append(
                f"## `{method.upper()} /api/v1{path}`\n\n{(operation.get('description') or operation.get('summary') or '').strip()}\n"
            )
            parameters = operation.get("parameters", [])
            if parameters:
                lines += ["| parameter | in | meaning |", "|---|---|---|"]
                lines += [
                    f"| `{p['name']}` | {p['in']} | {_cell(p.get('description') or p['schema'].get('title', ''))} |"
                    for p in parameters
                ]
                lines.append("")
            lines.append(
                "Answers: "
                + ", ".join(
                    f"{code} {a.get('description', '')}".strip() for code, a in operation["responses"].items()
                )
                + ".\n"
            )
    return "\n".join(lines)


def queries() -> str:
    """The grammar of topics."""
    source = (Path(__file__).parents[1] / "crawler" / "judging" / "queries" / "query.py").read_text(
        encoding="utf-8"
    )
    grammar = re.search(r'_?GRAMMAR = r?"""\n?(.*?)"""', source, re.DOTALL)
    if grammar is None:
        raise SystemExit("crawler/judging/queries/query.py has no GRAMMAR any more")
    return (
        f"# The query language\n\n{MADE}\nWhat topics are written in; [topics](../topics.md) explains it with examples. The grammar, as the"
        f" program reads it (Lark's form of EBNF):\n\n```lark\n{grammar[1].strip()}\n```\n"
    )


def metrics() -> str:
    """Every metric."""
    with tempfile.TemporaryDirectory() as folder:
        live, store = _service(folder)
        # Those of assistants are there only where one is set up.
        assist = live.settings.assist.model_copy(update={"kind": "demo"})
        assisted = Live(None, live.settings.model_copy(update={"assist": assist}))
        found = {
            m.name: (m.type, m.documentation, getattr(m, "_labelnames", ()))
            for m in Collector(assisted, store, now).collect()
        }
        store.close()
    found |= {
        "aseanwatch_units": ("gauge", "Units of work in the queue (PostgreSQL).", ("queue", "status")),
        "aseanwatch_units_oldest_seconds": (
            "gauge",
            "How long the oldest unit waits (PostgreSQL).",
            ("queue",),
        ),
        "aseanwatch_units_stalled": (
            "gauge",
            "Units that a worker left undone and nobody has taken up yet (PostgreSQL).",
            (),
        ),
        "aseanwatch_units_under_way_seconds": (
            "gauge",
            "How long a living worker has been at one unit, at most (PostgreSQL).",
            (),
        ),
        "aseanwatch_selected_seconds": (
            "gauge",
            "How long ago it was last looked at what is news for whom.",
            (),
        ),
        "aseanwatch_workers": (
            "gauge",
            "Workers that gave a sign of life in the last minute (PostgreSQL).",
            (),
        ),
    }
    lines = [
        "# Metrics\n",
        MADE,
        "At `/metrics` of the web pages, in Prometheus' text format; see [operate](../how-to/operate.md).\n",
    ]
    lines += ["| metric | type | labels | meaning |", "|---|---|---|---|"]
    for name, (kind, text, labels) in sorted(found.items()):
        shown = f"{name}_total" if kind == "counter" else f"{name}_info" if kind == "info" else name
        lines.append(f"| `{shown}` | {kind} | {', '.join(f'`{x}`' for x in labels)} | {_cell(text)} |")
    return "\n".join(lines) + "\n"


PAGES = {
    "configuration": configuration,
    "commands": commands,
    "api": api_page,
    "queries": queries,
    "metrics": metrics,
    "licences": licences_page.page,
    "rooms": rooms.page,
    "tables": tables_page.page,
    "weights": weights_page.page,
    "wrong-configurations": wrong_configurations.page,
}


def main() -> None:
    """Write all pages."""
    FOLDER.mkdir(exist_ok=True)
    for name, made in PAGES.items():
        (FOLDER / f"{name}.md").write_text(made().rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
