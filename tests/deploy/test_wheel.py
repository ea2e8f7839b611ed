"""The wheel has data, migrations, templates and entry points, and works without the source."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.deploy.conftest import ROOT


def test_everything_that_git_has_of_the_packages_is_inside(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "crawler", "alerts"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    if not tracked:  # no git here
        tracked = [str(p.relative_to(ROOT)) for f in ("crawler", "alerts") for p in (ROOT / f).rglob("*.py")]
    missing = [f for f in tracked if f not in inside and not f.endswith((".po", ".pot"))]
    assert missing == []
    assert "crawler/data/config.yaml" in inside
    assert not any(name.startswith(("tests/", "benchmarks/", "docs/", "scripts/")) for name in inside)


def use(program: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    plain = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")} | {
        "NO_COLOR": "1",
        "COLUMNS": "200",
    }
    return subprocess.run(
        [str(program), *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=plain,
    )


def test_the_installed_program_works_far_from_the_source(installed: Path, tmp_path: Path) -> None:
    where = subprocess.run(
        [str(installed.parent / "python"), "-c", "import crawler, alerts; print(crawler.__file__, alerts.__file__)"],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    ).stdout  # fmt: skip
    assert str(ROOT) not in where
    assert use(installed, "--version", cwd=tmp_path).stdout.startswith("aseanwatch ")
    assert use(installed, "init", cwd=tmp_path).returncode == 0
    checked = use(installed, "check", cwd=tmp_path)
    assert checked.returncode == 0 and "config.yaml has no errors" in checked.stdout, checked.stderr
    assert use(installed, "db", "upgrade", cwd=tmp_path).returncode == 0, "migrations are inside"
    news = tmp_path / "news.jsonl"
    news.write_text(
        '{"id": "1", "url": "https://a.example/1", "title": "China and Laos sign rail agreement", "text": "China and Laos cooperate."}\n'
    )
    judged = use(installed, "classify", str(news), cwd=tmp_path)
    assert judged.returncode == 0 and '"relevant": true' in judged.stdout, judged.stderr
    previewed = use(installed, "subscriptions", "preview", "asean-desk", cwd=tmp_path)
    assert previewed.returncode == 0 and list((tmp_path / "preview").glob("*.html")), (
        f"templates are inside: {previewed.stderr}"
    )


def test_completion_for_the_usual_shells(installed: Path, tmp_path: Path) -> None:
    for shell in ("bash", "zsh", "fish"):
        environment = os.environ | {"_ASEANWATCH_COMPLETE": f"source_{shell}"}
        done = subprocess.run(
            [str(installed)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=environment,
        )
        assert (
            done.returncode == 0 and "aseanwatch" in done.stdout and "_ASEANWATCH_COMPLETE" in done.stdout
        ), done.stderr


@pytest.mark.long  # the tool of another project, on a file that changes with `make lock`
def test_the_list_of_parts_names_every_locked_dependency() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "cyclonedx_py", "requirements", "--of", "JSON", str(ROOT / "requirements" / "server.txt")],
        capture_output=True, text=True, check=True, timeout=60,
    ).stdout  # fmt: skip
    import json
    import re

    parts = {c["name"].lower(): c["version"] for c in json.loads(made)["components"]}
    locked = re.findall(
        r"^([a-z0-9._-]+)==(\S+) ", (ROOT / "requirements" / "server.txt").read_text(), re.MULTILINE
    )
    assert len(locked) > 60 and {name: version for name, version in locked} == parts


def test_every_locked_dependency_has_hashes() -> None:
    for name in ("runtime", "server", "build", "dev", "bench"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        for block in text.split("\n\n")[0].replace("\\\n", " ").splitlines():
            if "==" in block and not block.startswith("#"):
                assert "--hash=sha256:" in block, f"{name}.txt: {block[:60]}"


def test_a_whole_installation_with_hashes(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if not request.config.getoption("--package"):
        pytest.skip("takes a minute: make package")
    done = subprocess.run(
        [str(ROOT / "deploy" / "install.sh"), str(tmp_path / "opt")],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    test_the_installed_program_works_far_from_the_source(tmp_path / "opt" / "bin" / "aseanwatch", tmp_path)
