"""The shortest own file that gives the same configuration: what differs from the packaged one, or from what it extends."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crawler.config.config_file import read_text, write_text
from crawler.config.editing import put_entry
from crawler.config.effective import with_defaults
from crawler.config.entry_places import LISTS, EntryPlace, bounds_of
from crawler.config.former_keys import with_present_keys
from crawler.config.layers import EXTENDS, OWN_SECTIONS, PACKAGED, packaged_values
from crawler.config.listing import listed, text_of
from crawler.config.loading import plain_values, read_config
from crawler.config.merging import REMOVE, is_named_list, name_in
from crawler.config.overlays import NOTHING, entry_overlay, overlay
from crawler.config.own_file import OwnFile
from crawler.config.settings import Settings
from crawler.config.spans import spans
from crawler.config.text_edits import indented
from crawler.model import AseanwatchError

HEAD = """\
# What this desk changes of the packaged configuration; everything else comes from there, and is up to date after each upgrade.
# `aseanwatch config show --origin` prints the whole with where each line comes from.
"""


def shortened(path: Path, *, take_new: bool = False) -> str:
    """The text of the shortest file that gives the same settings as a file.

    In which order sources and the words of term sets stand means nothing, and is not kept.

    Args:
        path: the file.
        take_new: also give what the packaged configuration has and the file lacks: it is taken for newer than the file.

    Raises:
        ConfigError: the file is wrong; AseanwatchError: there is no shorter file that gives the same.
    """
    text = read_text(path)
    before = read_config(text.encode(), str(path), path.parent).settings
    own = OwnFile(path, with_present_keys(text))
    made = _without_needless(own) if own.is_short else _extending(own, take_new=take_new)
    after = read_config(made.encode(), str(path), path.parent).settings
    if not take_new and comparable(before) != comparable(after):
        raise AseanwatchError(
            f"{path} cannot be shortened: no shorter file was found that gives the same settings"
        )
    return made


def written_short(path: Path, *, take_new: bool = False) -> Path | None:
    """Put the shortest file in place of a file; gives where the whole one is kept, None where it was as short as can be.

    Raises:
        AseanwatchError: as `shortened`, or a file is kept there already.
    """
    before = read_text(path)
    after = shortened(path, take_new=take_new)
    if after == before:
        return None
    kept = path.with_name(f"{path.stem}.before-shorten{path.suffix}")
    try:
        with kept.open("xb") as stream:
            stream.write(before.encode())
    except FileExistsError:
        raise AseanwatchError(f"{kept} exists already; move it away first") from None
    write_text(path, before, after)
    return kept


def comparable(settings: Settings) -> dict[str, Any]:
    """Settings without what means nothing: the order of sources and subscriptions, and of the words of sets."""
    made = {name: getattr(settings, name) for name in Settings.model_fields}
    made["terms"] = {
        name: {lang: frozenset(said) for lang, said in spellings.items()}
        for name, spellings in settings.terms.items()
    }
    made["relevance"] = {
        key: frozenset(value) if isinstance(value, tuple) else value
        for key, value in settings.relevance.model_dump().items()
    }
    return made | {name: {e.name: e for e in getattr(settings, name)} for name in LISTS}


def _without_needless(own: OwnFile) -> str:
    """A short file without what lies beneath it anyway; comments stay."""
    said = plain_values(own.text, str(own.path))
    text = own.text
    for section, held in said.items():
        entries = (
            held if isinstance(held, dict) else {name_in(v): v for v in held} if is_named_list(held) else {}
        )
        for name, value in entries.items():
            if section in (EXTENDS, REMOVE) or name == REMOVE or not isinstance(name, str):
                continue
            now = OwnFile(own.path, text)
            wanted, base = now.entry(section, name), now.beneath(section, name)
            needed = _needed(base, wanted, section, name)
            plain = {"name": name, **needed} if section in LISTS and isinstance(needed, Mapping) else needed
            if plain != value:
                text = put_entry(text, section, name, None if needed is NOTHING else plain)
    return _without_empty(own, text)


def _without_empty(own: OwnFile, text: str) -> str:
    """A file without the sections that say nothing; their comments stay where they were."""
    for section, held in plain_values(text, str(own.path)).items():
        # Of one that is laid over another, nothing adds nothing. What has no other beneath it says that there is none.
        if section in (EXTENDS, *OWN_SECTIONS) or held not in ({}, [], None):
            continue
        before = own.text if section in plain_values(own.text, str(own.path)) else text
        root = spans(text.removeprefix("\ufeff"))
        pair = next((p for p in (root.pairs() if root else ()) if p[0].value == section), None)
        if pair is None:
            continue
        mark = len(text) - len(text.removeprefix("\ufeff"))
        start, end = (mark + at for at in bounds_of(text.removeprefix("\ufeff"), pair))
        comments = _comments_of(before, section)
        following = text[end:]
        if not comments:
            # With the blank lines that parted it from what follows.
            following = following.lstrip("\r\n") if text[:start].endswith(("\n\n", "\r\n\r\n")) else following
        text = text[:start] + comments + following
    return text


def _comments_of(text: str, section: str) -> str:
    """The comments on lines of their own within a section, at the margin."""
    bare = text.removeprefix("\ufeff")
    root = spans(bare)
    pair = next(p for p in (root.pairs() if root else ()) if p[0].value == section)
    start, end = bounds_of(bare, pair)
    return "".join(
        line.lstrip(" \t")
        for line in bare[start:end].splitlines(keepends=True)
        if line.lstrip().startswith("#")
    )


def _needed(base: Any, wanted: Any, section: str, name: str) -> Any:
    """What an entry must say; NOTHING where it need not stand there."""
    if isinstance(base, Mapping) or isinstance(wanted, Mapping) or wanted is None:
        return entry_overlay(base, wanted, section, name)
    if base is None:
        return wanted
    made = overlay({name: base}, {name: wanted}, (section,))
    if made is NOTHING:
        return NOTHING
    # What it takes out stands beside it, and is not touched.
    return made.get(name, wanted) if REMOVE not in made else wanted


def _extending(own: OwnFile, *, take_new: bool) -> str:
    """A file that extends the packaged configuration, made of one that holds everything."""
    said = plain_values(own.text, str(own.path))
    base = with_defaults(packaged_values(), leave=OWN_SECTIONS)
    whole = {k: v for k, v in with_defaults(said, leave=OWN_SECTIONS).items() if k not in OWN_SECTIONS}
    over = overlay(base, whole)
    changed: dict[str, Any] = {} if over is NOTHING else over
    if take_new:
        changed = _without_removals(changed)
    parts = [f"{HEAD}{EXTENDS}: {PACKAGED}\n"]
    for section in [*([REMOVE] if REMOVE in changed else []), *said]:
        if section in OWN_SECTIONS:
            parts.append(_verbatim(own.text, section))
        elif section in changed:
            parts.append(_section(own.text, section, changed[section], base.get(section)))
    parts += [_section(own.text, s, v, None) for s, v in changed.items() if s not in said and s != REMOVE]
    return "\n".join(parts)


def _without_removals(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {k: _without_removals(v) for k, v in value.items() if k != REMOVE}
        return {k: v for k, v in kept.items() if v not in ({}, []) or value[k] == v}
    if is_named_list(value):
        return [_without_removals(v) for v in value if v.get(REMOVE) is not True]
    return value


def _verbatim(text: str, section: str) -> str:
    """A section as it stands in the file, with its comments."""
    bare = text.removeprefix("\ufeff")
    root = spans(bare)
    pair = next(p for p in (root.pairs() if root else ()) if p[0].value == section)
    start, end = bounds_of(bare, pair)
    return bare[start:end].replace("\r\n", "\n").rstrip("\n") + "\n"


def _section(text: str, section: str, over: Any, base: Any) -> str:
    """What a section is to say; entries that are the file's own have its own lines, with their comments."""
    if section == REMOVE or not isinstance(over, dict | list):
        return text_of(listed({section: over}))
    known = (
        set(base) if isinstance(base, dict) else {name_in(v) for v in base or () if isinstance(v, Mapping)}
    )
    lines = f"{section}:\n"
    entries = over.items() if isinstance(over, dict) else ((name_in(v), v) for v in over)
    for name, value in entries:
        block = _own_block(text, section, name) if isinstance(value, dict) and name not in known else None
        if block is not None:
            lines += indented(block, 2)
        else:
            made = text_of(listed({section: {name: value} if isinstance(over, dict) else [value]}))
            lines += made.partition("\n")[2]
    return lines


def _own_block(text: str, section: str, name: Any) -> str | None:
    try:
        place = EntryPlace(text, section, str(name))
        return None if place.in_flow else (place.block() or "").replace("\r\n", "\n") or None
    except AseanwatchError:
        return None  # written in a form of which no part can be taken
