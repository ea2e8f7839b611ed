"""Pages of the documentation whose commands are run as they stand, by the program of a wheel."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from tests.deploy.conftest import ROOT

_BLOCK = re.compile(r"<!-- run -->\n```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)```", re.DOTALL)


def script_of(page: str) -> str:
    """The commands of a page, one after the other; a block with a title is a file that the page lets its reader write.

    Args:
        page: the page below ``docs``, such as ``tutorial.md``.
    """
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    parts = []
    for _, title, content in _BLOCK.findall(text):
        parts.append(f"cat > {title} <<'END_OF_FILE'\n{content}END_OF_FILE\n" if title else content)
    assert parts, f"{page} has nothing to run"
    return "".join(parts)


def run(script: str, program: Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script as a newcomer would: in an empty folder, with nothing of ours on the path but the program.

    Args:
        script: commands for ``sh``; the first that fails ends it.
        program: the installed ``aseanwatch``.
        folder: where it is run, and where its home is.
        environment: further variables.
    """
    variables = {
        "PATH": f"{program.parent}{os.pathsep}/usr/bin{os.pathsep}/bin",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "COLUMNS": "200",
    } | environment
    return subprocess.run(
        ["sh", "-c", f"set -eu\n{script}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=variables,
    )
