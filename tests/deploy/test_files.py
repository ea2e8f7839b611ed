"""The deployment files are linted and their commands run: container file, compose, systemd units, Prometheus rules."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from alerts.cli import build
from tests.deploy.conftest import ROOT

DEPLOY = ROOT / "deploy"
TOOLS = Path(sys.executable).parent
UNITS = sorted(DEPLOY.glob("systemd/*.service"))


def lint(*command: str | Path) -> None:
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_container_file_is_clean() -> None:
    lint(TOOLS / "hadolint", DEPLOY / "Containerfile")


def test_what_the_container_file_copies_is_there() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    assert "COPY . /src" in text and "RUN /src/deploy/install.sh /opt/aseanwatch" in text
    assert os.access(DEPLOY / "install.sh", os.X_OK)
    ignored = (ROOT / ".containerignore").read_text().split()
    assert not {
        "requirements",
        "deploy",
        "crawler",
        "alerts",
        "config.yaml",
        "pyproject.toml",
        "README.md",
        "LICENSE",
    } & set(ignored)
    assert (ROOT / ".dockerignore").read_text() == (ROOT / ".containerignore").read_text()


def test_shell_scripts_are_clean() -> None:
    lint(
        TOOLS / "shellcheck",
        DEPLOY / "install.sh",
        *sorted((ROOT / "scripts").glob("*.sh")),
        ROOT / ".ci" / "run",
    )


def commands() -> list[list[str]]:
    """Every command that anything here starts the program with."""
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    found = [s["command"] for s in compose["services"].values() if "command" in s]
    for unit in UNITS:
        line = re.search(r"^ExecStart=/opt/aseanwatch/bin/aseanwatch (.*)$", unit.read_text(), re.MULTILINE)
        assert line, unit.name
        found.append(line[1].split())
    last = re.findall(r"^CMD (\[.*\])$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE)[-1]
    return [*found, yaml.safe_load(last)]


def test_every_command_is_one_that_the_program_takes() -> None:
    import typer

    program = typer.main.get_command(build())
    for command in commands():
        context = program.make_context("aseanwatch", list(command), resilient_parsing=False)
        name, sub, rest = program.resolve_command(context, [*context._protected_args, *context.args])  # type: ignore[attr-defined]
        sub.make_context(name, rest)


def test_compose_holds_together() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = compose["services"]
    optional = {"translate", "translate-models"}
    assert set(services) == {"db", "scheduler", "worker", "web", "backup", "front"} | optional
    assert {name for name, service in services.items() if "profiles" in service} == optional
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services)
        if name != "db":
            assert service["read_only"] and service["cap_drop"] == ["ALL"]
        if name not in ("db", "front", *optional):
            assert set(service["environment"]) == set(
                re.findall(r"^(\w+)=", (DEPLOY / "env.example").read_text(), re.MULTILINE)
            )
    named = {
        v.split(":")[0] for s in services.values() for v in s.get("volumes", []) if not v.startswith(".")
    }
    assert named == set(compose["volumes"])
    assert [name for name, service in services.items() if "ports" in service] == ["front"], (
        "there is one way in"
    )
    assert all(p.startswith("127.0.0.1:") for p in services["front"]["ports"]), (
        "nothing is open to others unless they open it"
    )
    assert services["translate"]["networks"] == ["translate"] and compose["networks"]["translate"]["internal"]
    assert services["translate"]["volumes"] == services["translate-models"]["volumes"]
    mounted = [v.split(":")[0] for v in services["front"]["volumes"]]
    assert all((DEPLOY / file).is_file() for file in mounted)
    (network,) = compose["networks"]["front"]["ipam"]["config"]
    assert network["gateway"] in (DEPLOY / "nginx" / "compose.conf").read_text()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here: make installs it on Debian")
@pytest.mark.parametrize("unit", UNITS, ids=lambda u: u.stem)
def test_units_are_right_and_hardened(unit: Path, tmp_path: Path) -> None:
    text = unit.read_text().replace("/opt/aseanwatch/bin/aseanwatch", "/bin/true")
    copy = tmp_path / unit.name.replace("@", "@1")
    copy.write_text(text)
    for name in re.findall(
        r"^OnFailure=(.+)$", text, re.MULTILINE
    ):  # what is named must be there to be verified
        assert (unit.parent / name).exists()
        (tmp_path / name).write_text(
            (unit.parent / name).read_text().replace("/opt/aseanwatch/bin/aseanwatch", "/bin/true")
        )
    lint("systemd-analyze", "verify", "--man=no", copy)
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", str(copy)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-600:] + done.stderr


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here: make installs it on Debian")
def test_the_timer_starts_the_backup_each_night(tmp_path: Path) -> None:
    (timer,) = DEPLOY.glob("systemd/*.timer")
    service = timer.with_suffix(".service")
    assert service in UNITS
    for unit in (timer, service, service.with_stem(f"{service.stem}-failed")):
        text = unit.read_text().replace("/opt/aseanwatch/bin/aseanwatch", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    lint("systemd-analyze", "verify", "--man=no", tmp_path / timer.name)
    moment = re.search(r"^OnCalendar=(.+)$", timer.read_text(), re.MULTILINE)
    assert moment is not None
    lint("systemd-analyze", "calendar", moment[1])


def test_alert_rules_are_whole() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"][0]["rules"]
    assert len({r["alert"] for r in rules}) == len(rules)
    for rule in rules:
        assert (
            rule["annotations"]["summary"]
            and rule["labels"]["severity"] in ("page", "ticket")
            and rule["for"]
        )
    if shutil.which("promtool"):
        lint("promtool", "check", "rules", DEPLOY / "prometheus" / "alerts.yml")


def test_the_dashboard_is_the_one_that_its_script_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    import json

    from scripts import build_dashboard

    assert json.loads(build_dashboard.FILE.read_text()) == build_dashboard.dashboard()
