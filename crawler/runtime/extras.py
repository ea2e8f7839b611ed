"""How a package is added that only some users need: by the program that installed this one."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from shlex import quote


def how_to_add(extra: str) -> str:
    """The command that adds what an extra needs to this installation, ready to be pasted.

    None of these asks an index for aseanwatch itself, for it is installed already.
    """
    wanted = f"'aseanwatch[{extra}]'"
    if (Path(sys.prefix) / "pipx_metadata.json").is_file():
        return f"pipx runpip aseanwatch install {wanted}"
    if find_spec("pip") is None:  # an environment of uv
        return f"uv pip install --python {quote(sys.executable)} {wanted}"
    return f"pip install {wanted}"
