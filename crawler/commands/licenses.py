"""``licenses``: who has the rights in what this program carries, and under which terms."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Annotated, Any

import typer

from crawler.commands.terminal import out, print_json

TABLE = "REUSE.toml"


def licenses_command(
    name: Annotated[
        str | None, typer.Argument(help="A licence, such as Unicode-3.0, whose text is printed.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print machine-readable JSON.")] = False,
) -> None:
    """Print what comes from others in this program, from whom, and under which licence."""
    texts = dict(licence_texts())
    if name is not None:
        if name not in texts:
            raise typer.BadParameter(
                f"no licence here is {name}; allowed: {', '.join(texts)}", param_hint="NAME"
            )
        typer.echo(texts[name].read_text(encoding="utf-8"), nl=False)
        return
    rows = holdings()
    if json:
        print_json(rows)
        return
    for row in sorted(rows, key=lambda row: row["files"] == ["**"]):
        files = ", ".join(row["files"]).replace("**", "all other files")
        out.print(files, style="bold", markup=False, soft_wrap=True)
        for line in (row["what"], *(f"© {holder}" for holder in row["holders"]), row["licence"]):
            out.print(f"  {line}", markup=False, soft_wrap=True)
    out.print(f"\n`aseanwatch licenses NAME` prints a text: {', '.join(texts)}", markup=False, soft_wrap=True)


def holdings() -> list[dict[str, Any]]:
    """What is whose: files, what they are, who has rights in them, under which licence (SPDX)."""
    table = tomllib.loads((_folder() / TABLE).read_text(encoding="utf-8"))
    return [_holding(entry) for entry in table["annotations"]]


def _holding(entry: Mapping[str, Any]) -> dict[str, Any]:
    files, holders = entry["path"], entry["SPDX-FileCopyrightText"]
    return {
        "files": [files] if isinstance(files, str) else files,
        "what": entry["SPDX-FileComment"],
        "holders": [holders] if isinstance(holders, str) else holders,
        "licence": entry["SPDX-License-Identifier"],
    }


def licence_texts() -> Iterator[tuple[str, Path]]:
    """Each licence by its name, with the file of its text."""
    for path in sorted((_folder() / "LICENSES").iterdir()):
        yield path.stem, path


def _folder() -> Path:
    """Where the table and the texts are: beside what is installed, or at the root of the source."""
    root = Path(__file__).parents[2]
    if (root / TABLE).is_file():
        return root
    try:
        files = distribution("aseanwatch").files or ()
    except PackageNotFoundError:
        files = ()
    for file in files:
        if file.name == TABLE:
            return Path(str(file.locate())).parent
    raise FileNotFoundError(f"{TABLE} is not installed with the program")
