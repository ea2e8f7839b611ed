"""The wheel, built and installed once for all test processes."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.conftest import made_once

ROOT = Path(__file__).parents[2]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--package", action="store_true", help="also install everything anew, with every dependency's hash"
    )


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this source."""
    with made_once(tmp_path_factory, "dist") as (folder, is_first):
        if is_first:
            options = [
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
                "--no-build-isolation",
                "--no-index",
            ]
            build = [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", str(folder), str(ROOT)]
            subprocess.run(build, check=True)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program in an environment of its own; it borrows only the dependencies of ours."""
    with made_once(tmp_path_factory, "clean") as (folder, is_first):
        if is_first:
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
            python = folder / "bin" / "python"
            options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-index"]
            install = [sys.executable, "-m", "pip", f"--python={python}", "install", *options, str(wheel)]
            subprocess.run(install, check=True)
            (site,) = folder.glob("lib/python*/site-packages")
            (site / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"])
    return folder / "bin" / "aseanwatch"
