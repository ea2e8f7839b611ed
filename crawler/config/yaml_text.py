"""Values as YAML that reads well and reads back the same: a block of lines, or one line in a flow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import StringIO
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, FoldedScalarString

from crawler.config.spans import LOADER


def flow_text(value: Any) -> str:
    """A value on one line."""
    dumped: str = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, width=10**9, sort_keys=False
    )
    return dumped.removesuffix("\n").removesuffix("\n...")


def flow_text_of_block(block: str, *, is_list: bool) -> str:
    """A block of lines as an entry of a flow: as it is where it stands on one line, else written anew."""
    stripped = block.strip()
    found = yaml.load(block, Loader=LOADER)
    if "\n" not in stripped and "#" not in stripped and not isinstance(found, list):
        return stripped
    if is_list:
        return flow_text(found[0] if isinstance(found, list) else found)
    return flow_text(found)[1:-1]


def block_text(values: Any) -> str:
    """Values as a block of lines that begins at the left margin."""
    out = StringIO()
    _yaml().dump(_shaped(values), out)
    made = out.getvalue()
    if isinstance(values, list):  # ruamel indents a list at the top level
        made = "".join(line.removeprefix("  ") for line in made.splitlines(keepends=True))
    return made


def _yaml() -> YAML:
    made = YAML()
    made.preserve_quotes = True
    # ruamel would fold plain texts at 80 characters;
    # only those that `_shaped` folds are to be folded.
    made.width = 4096
    made.indent(mapping=2, sequence=4, offset=2)
    return made


def _shaped(value: Any) -> Any:
    """Long texts folded, short lists on one line, and in quotes what YAML 1.1 takes for something else than text."""
    if isinstance(value, Mapping):
        return CommentedMap((k, _shaped(v)) for k, v in value.items())
    if isinstance(value, list | tuple):
        made = CommentedSeq(_shaped(v) for v in value)
        if not any(isinstance(v, Mapping) for v in value) and sum(len(str(v)) + 2 for v in value) < 100:
            made.fa.set_flow_style()
        return made
    if not isinstance(value, str):
        return value
    # Folding joins lines by single blanks, so only texts
    # that have no other white space read back the same.
    if len(value) > 110 and not re.search(r"\s\s|^\s|\s$|[^\S ]", value):
        return FoldedScalarString(value)
    return value if _is_text(value) else DoubleQuotedScalarString(value)


def _is_text(value: str) -> bool:
    """Whether a plain scalar is this text for YAML 1.1 as for 1.2, also in a flow (no, 1_000, 12:30 and ?x are not)."""
    return flow_text([value]) == f"[{value}]"
