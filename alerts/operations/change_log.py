"""The lines of a changed entry as the history keeps and shows them: without secrets in the clear.

A source may have a password in its address or a key in its headers. Such lines are stored encrypted, because taking a change
back needs them whole, and are shown with the secret left out.
"""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from alerts.identity.keys import SecretBox
from crawler.config.editing import entry_block
from crawler.config.entry_places import EntryPlace, EntryStanding, section_of
from crawler.config.spans import LOADER
from crawler.config.yaml_text import block_text
from crawler.model import AseanwatchError
from crawler.runtime.redaction import without_credentials

SEALED = "sealed:"
"""What encrypted lines begin with. No lines of a file do: an entry begins with its name or a dash."""
HIDDEN = "…"
ABSENT = "# absent: "
"""What the lines of an entry that is not there begin with, where it is known how to bring the file back."""
_REFERENCE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")
"""The name of a variable of the environment, which is no secret itself."""


def lines_in(text: str, other: str, section: str, name: str) -> str | None:
    """The lines of an entry in one of the two texts of a change.

    Where it is in the other one only, a comment says what it takes to bring this text back byte for byte: that it lacked the
    whole section, or where the entry stood in the other one.
    """
    block = entry_block(text, section, name)
    if block is not None:
        return block
    if section_of(text.removeprefix("\ufeff"), section) is None:
        return f"{ABSENT}null"
    standing = EntryPlace(other, section, name).standing()
    return None if standing is None else ABSENT + json.dumps(standing)


def is_absent(kept: str | None) -> bool:
    """Whether an entry was not there."""
    return kept is None or kept.startswith(ABSENT)


def are_same(block: str | None, kept: str | None) -> bool:
    """Whether an entry has the lines that were kept, or is as absent as it was."""
    if block is None or kept is None or is_absent(kept):
        return block is None and is_absent(kept)
    # The last line of a file may have no line break, until more is written behind it.
    return block.rstrip("\r\n") == kept.rstrip("\r\n")


def lacked_section(kept: str | None) -> bool:
    """Whether its whole section was not there."""
    return kept == f"{ABSENT}null"


def standing_in(kept: str | None) -> EntryStanding | None:
    """Where an entry that was taken out had stood; None where that is not known."""
    if kept is None or not kept.startswith(ABSENT) or lacked_section(kept):
        return None
    return EntryStanding(*json.loads(kept.removeprefix(ABSENT)))


def stored(block: str | None, box: SecretBox | None) -> str | None:
    """The lines of an entry as they are stored.

    Raises:
        AseanwatchError: they hold a secret, and there is no key to encrypt them.
    """
    if block is None or without_secrets(block) == block:
        return block
    if box is None:
        raise AseanwatchError(
            "this entry holds a key or password; it is changed in the console or by command"
        )
    return SEALED + box.seal(block)


def opened(kept: str | None, box: SecretBox | None) -> str | None:
    """The lines of an entry that were stored.

    Raises:
        AseanwatchError: they are encrypted, and the key is gone.
    """
    if kept is None or not kept.startswith(SEALED):
        return kept
    if box is None:
        raise AseanwatchError("the key that sealed this value is no longer in delivery.secret")
    return box.open(kept.removeprefix(SEALED))


def shown(kept: str | None, box: SecretBox | None) -> str | None:
    """The lines of an entry as people see them, without secrets; what cannot be opened is left out."""
    try:
        block = opened(kept, box)
    except AseanwatchError:
        return HIDDEN
    return None if block is None or is_absent(block) else without_secrets(block)


def without_secrets(block: str) -> str:
    """The lines of an entry without passwords and keys; as they are if they hold none."""
    if not block.lstrip().startswith(("-", "{")):
        return block  # an entry of a mapping (topics, sets of terms), which holds none
    try:
        found = yaml.load(block, Loader=LOADER)
    except yaml.YAMLError:
        # Lines with an alias: what it stands for is elsewhere in the file.
        return block if without_credentials(block) == block and "headers" not in block else HIDDEN
    held = found[0] if isinstance(found, list) and found else found
    if not isinstance(held, dict):
        return block
    safe = {key: _without_secret(key, value) for key, value in held.items()}
    return block if safe == held else block_text([safe])


def _without_secret(key: str, value: Any) -> Any:
    if key == "url" and isinstance(value, str):
        return without_credentials(value)
    if key == "headers" and isinstance(value, dict):
        return {k: v if _REFERENCE.fullmatch(str(v)) else HIDDEN for k, v in value.items()}
    return value
