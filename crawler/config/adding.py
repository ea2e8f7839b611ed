"""New sources written into config.yaml: comments, order and everything else stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from crawler.config.merging import name_in
from crawler.config.quoting import quoted, writable
from crawler.model import AseanwatchError, Phrase
from crawler.runtime.packaged_config import packaged


def line_of(source: Mapping[str, Any], margin: str = "  ") -> str:
    """A source as one line of the list of sources, which reads back as it is, whoever supplied its values.

    Raises:
        AseanwatchError: a value cannot be written.
    """
    values = writable(
        {key: value for key, value in source.items() if value not in (None, "", {})}, ("sources", 0)
    )
    parts = ", ".join(f"{key}: {_written(value)}" for key, value in values.items())
    return f"{margin}- {{{parts}}}\n"


def _written(value: Any) -> str:
    if isinstance(value, Mapping):  # select
        return "{" + ", ".join(f"{key}: {quoted(str(part))}" for key, part in value.items()) + "}"
    return quoted(str(value))


def with_sources(text: str, sources: Iterable[Mapping[str, Any]]) -> str:
    """A configuration with more sources at the end of its list.

    Raises:
        AseanwatchError: it has no list of sources that can be added to.
    """
    from crawler.config.editing import names_of, with_entry_block  # noqa: PLC0415 - a twentieth of a second that hardly any command needs

    new = list(sources)
    if not new:
        return text
    together = with_entry_block(text, "sources", str(new[0]["name"]), "".join(line_of(s, "") for s in new))
    # Counted after the fact: whether the text could
    # be put there depends on how the list is written.
    if len(names_of(together, "sources")) == len(names_of(text, "sources")) + len(new):
        return together
    for source in new:  # a list in brackets takes them one by one
        text = with_entry_block(text, "sources", str(source["name"]), line_of(source, ""))
    return text


def add_sources(path: Path, sources: Iterable[Mapping[str, Any]]) -> None:
    """Write more sources into a file; it is left as it is where that would not be a right configuration.

    Raises:
        AseanwatchError: the list cannot be added to, a name is taken, or a value cannot be written; ConfigError: the result would be wrong.
    """
    from crawler.config.config_file import only_changed, read_text, write_text  # noqa: PLC0415 - as above
    from crawler.config.own_file import OwnFile  # noqa: PLC0415 - as above

    if path == packaged():
        raise AseanwatchError(
            "the packaged configuration is in use and is not changed; write one of your own: aseanwatch init"
        )
    old = read_text(path)
    new = list(sources)
    # Also the names of sources that the file extends: by such a name it would change that source.
    held = OwnFile(path, old).layers.result.values.get("sources")
    known = {str(name_in(source)) for source in held if name_in(source)} if isinstance(held, list) else set()
    if taken := {str(source["name"]) for source in new} & known:
        raise AseanwatchError(Phrase("there is a source %(name)s already", name=sorted(taken)[0]))
    made = with_sources(old, new)
    # Values come from strangers' feeds. Whatever they hold, nothing else of the file may change.
    only_changed(old, made, "sources", [str(source["name"]) for source in new])
    write_text(path, old, made)
