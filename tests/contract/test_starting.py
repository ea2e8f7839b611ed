"""How the program begins: what it loads, what it is called with, which configuration it takes."""

from __future__ import annotations

import inspect
import shutil
import subprocess
import sys
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import typer
from typer.testing import CliRunner

from alerts.commands import program as alerts_program
from crawler.cli import new_program
from crawler.commands import program as crawler_program
from crawler.commands.registry import Registry
from crawler.commands.signatures import UnknownSignatureError, described, kept, stand_in, text_of
from tests.conftest import environment, run
from tests.contract.conftest import call
from tests.newsroom.configuration import packaged, with_sections

REGISTRIES = [crawler_program.REGISTRY, alerts_program.REGISTRY]
HEAVY = (
    "numpy",
    "scrapy",
    "twisted",
    "sqlalchemy",
    "fastapi",
    "yaml",
    "crawler.config",
    "crawler.store",
    "alerts.model",
)
SHOW_LOADED = """
import sys
from alerts.cli import main
sys.argv[0] = "aseanwatch"
try:
    main()
except SystemExit:
    pass
sys.stderr.write("\\n" + " ".join(sys.modules))
"""


def loaded(*arguments: str, **variables: str) -> tuple[str, set[str]]:
    """What a fresh program prints, and the heavy modules that it loads for that."""
    done = subprocess.run(
        [sys.executable, "-c", SHOW_LOADED, *arguments], capture_output=True, text=True, check=True, env=environment(**variables)
    )  # fmt: skip
    modules = set(done.stderr.splitlines()[-1].split())
    assert "alerts.cli" in modules
    return done.stdout + done.stderr, modules & set(HEAVY)


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["--version"], "aseanwatch "),
        (["--help"], "subscriptions"),
        (["topics", "-h"], "backtest"),
        (["crawl", "--help"], "--output"),
        (["crawl", "--no-such-option"], "No such option"),
        (["export", "--what", "nothing"], "nothing"),
        (["no-such-command"], "No such command"),
        (["sources"], "pause"),
    ],
    ids=" ".join,
)
def test_help_and_errors_of_usage_load_no_command(arguments: list[str], shown: str) -> None:
    printed, heavy = loaded(*arguments)
    assert shown in printed
    assert heavy == set()


def test_completion_loads_no_command(tmp_path: Path) -> None:
    asked = {
        "COMP_WORDS": "aseanwatch crawl --source topik",
        "COMP_CWORD": "3",
        "_ASEANWATCH_COMPLETE": "complete_bash",
    }
    printed, heavy = loaded(**asked)
    assert "topik-id" in printed
    assert heavy == set()


@pytest.mark.parametrize("registry", REGISTRIES, ids=["crawler", "alerts"])
def test_kept_signatures_are_those_of_the_commands(registry: Registry) -> None:
    file = registry.folder / "signatures.json"
    assert file.read_text(encoding="utf-8") == text_of(dict(registry.read()), registry.folder), "make parsed"


def test_changed_modules_are_asked_themselves(tmp_path: Path) -> None:
    for file in crawler_program.REGISTRY.folder.glob("*.[pj][ys]*"):
        shutil.copy(file, tmp_path)
    assert kept(tmp_path) is not None
    (tmp_path / "new.py").write_text("")
    kept.cache_clear()
    assert kept(tmp_path) is None
    (tmp_path / "new.py").unlink()
    (tmp_path / "signatures.json").write_text("<<<<<<< ours")
    kept.cache_clear()
    assert kept(tmp_path) is None
    changed = Registry(tmp_path, {"schema": "crawler.commands.setup:schema_command"})
    assert [p["name"] for p in changed.signatures()["schema"]["parameters"]] == ["lists"]


class Colour(Enum):
    """For the signature below."""

    red = "red"
    dark_blue = "dark blue"


def every_kind(
    name: Annotated[str, typer.Argument(help="A name.")],
    more: Annotated[list[int] | None, typer.Argument(help="Numbers.")] = None,
    colour: Annotated[Colour, typer.Option("--colour")] = Colour.red,
    colours: Annotated[list[Colour] | None, typer.Option("--also")] = None,
    form: Annotated[Literal["a", "b"] | None, typer.Option("--format", "-f")] = None,
    path: Annotated[Path, typer.Option()] = Path("here"),
    share: Annotated[float, typer.Option(min=0, max=1)] = 0.5,
    sure: Annotated[bool, typer.Option("--sure")] = False,
) -> None:
    """All that a command can be called with."""
    values = [name, more, colour, colours, form, path, share, sure]
    typer.echo(repr(values))


@pytest.mark.parametrize(
    "arguments",
    [
        ["x"],
        ["x", "1", "2", "--colour", "dark blue", "--also", "red", "--also", "dark blue"],
        ["x", "-f", "b", "--path", "there", "--share", "0.25", "--sure"],
        ["x", "y"],
        ["--colour", "green", "x"],
        ["x", "--share", "2"],
        ["x", "--format", "c"],
        [],
        ["--help"],
    ],
    ids=" ".join,
)
def test_what_stands_in_behaves_as_the_command(arguments: list[str]) -> None:
    def answer(function: Callable[..., Any]) -> tuple[int, str]:
        app = typer.Typer()
        app.command("command")(function)
        done = CliRunner().invoke(app, arguments, env={"COLUMNS": "100"})
        return done.exit_code, done.output

    instead = stand_in("command", described(every_kind), lambda: every_kind)
    assert answer(instead) == answer(every_kind)


def test_a_command_that_the_file_has_no_words_for_is_refused() -> None:
    def odd(what: Annotated[dict[str, str], typer.Option()]) -> None: ...

    def prompting(what: Annotated[str, typer.Option(callback=lambda value: value)]) -> None: ...

    odd.__annotations__ = {"what": Annotated[dict[str, str], typer.Option()]}
    prompting.__annotations__ = {"what": Annotated[str, typer.Option(callback=lambda value: value)]}
    for function in (odd, prompting):
        with pytest.raises(UnknownSignatureError, match="no words for"):
            described(function)


def pair_command(
    pair: Annotated[tuple[str, int], typer.Option("--pair", help="A word and a number.")] = ("a", 1),
    config: Annotated[str | None, typer.Option("--config")] = None,
) -> None:
    """Called with what cannot be kept."""
    typer.echo(f"{pair} {config}")


def test_a_command_whose_signature_cannot_be_kept_is_loaded(tmp_path: Path) -> None:
    registry = Registry(
        tmp_path, {"pair": f"{__name__}:pair_command", "schema": "crawler.commands.setup:schema_command"}
    )
    app = new_program("Two commands.", [registry])
    assert "A word and a number." in CliRunner().invoke(app, ["pair", "--help"]).output
    done = CliRunner().invoke(app, ["--config", "x.yaml", "pair", "--pair", "b", "2"])
    assert done.output.strip() == "('b', 2) x.yaml"


def test_every_command_knows_h() -> None:
    for path in ("", "topics", "topics explain", "run"):
        short, long = (call(*path.split(), option, NO_COLOR="1") for option in ("-h", "--help"))
        assert short.exit_code == 0 and short.stdout == long.stdout


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A folder with two small configurations, each with one source."""
    for name in ("one", "other"):
        sources = [{"name": f"{name}-source", "url": f"https://{name}.example/feed"}]
        text = with_sections(packaged(), sources=sources, subscriptions=[])
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def names(folder: Path, *arguments: str, **variables: str) -> list[str]:
    done = run(*arguments, "sources", "list", "--json", cwd=folder, **variables)
    assert done.status == 0, done.err
    return [source["name"] for source in done.json]


def test_the_configuration_may_stand_before_the_command_or_in_a_variable(two: Path) -> None:
    assert names(two, "--config", "one.yaml") == ["one-source"]
    assert names(two, ASEANWATCH_CONFIG="other.yaml") == ["other-source"]
    assert names(two, "--config", "one.yaml", ASEANWATCH_CONFIG="other.yaml") == ["one-source"]
    assert len(names(two, ASEANWATCH_CONFIG="")) > 1, "an empty variable names nothing"
    same = run("--config", "one.yaml", "sources", "list", "--json", "--config", "one.yaml", cwd=two)
    assert same.status == 0


def test_two_different_configurations_are_refused(two: Path) -> None:
    done = run("--config", "one.yaml", "sources", "list", "--config", "other.yaml", cwd=two)
    assert done.status == 2
    assert "one.yaml before the command" in done.err and "other.yaml after it" in done.err


def test_a_variable_that_names_no_file_is_said(two: Path) -> None:
    done = run("sources", "list", cwd=two, ASEANWATCH_CONFIG="gone.yaml")
    assert done.status == 2
    assert "gone.yaml:1:" in done.err and "ASEANWATCH_CONFIG names it" in done.err


def test_check_says_which_configuration_it_read_and_why(two: Path) -> None:
    def why(*arguments: str, **variables: str) -> str:
        done = run(*arguments, "check", "--json", cwd=two, **variables)
        return f"{done.json['config']}: {done.json['config_because']}"

    assert why("--config", "one.yaml") == "one.yaml: --config names it"
    assert why(ASEANWATCH_CONFIG="one.yaml") == "one.yaml: ASEANWATCH_CONFIG names it"
    assert why().endswith("there is no config.yaml in this folder")
    shutil.copy(two / "one.yaml", two / "config.yaml")
    assert why() == "config.yaml: it lies in this folder"
    assert "config.yaml is used because it lies in this folder" in run("check", cwd=two).out


def test_debug_may_stand_anywhere(tmp_path: Path) -> None:
    for arguments in (["--debug", "check", "--config", "gone"], ["check", "--config", "gone", "--debug"]):
        done = run(*arguments, cwd=tmp_path)
        assert done.status == 1 and "Traceback" in done.err


def test_python_m_crawler_takes_the_same_options(two: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "crawler", "--config", "one.yaml", "sources", "list", "--json"],
        cwd=two, capture_output=True, text=True, check=False, env=environment(),
    )  # fmt: skip
    assert done.returncode == 0 and "one-source" in done.stdout, done.stderr


def test_each_command_s_function_has_that_signature() -> None:
    for registry in REGISTRIES:
        for path, found in registry.signatures().items():
            if "parameters" in found:
                assert [p["name"] for p in found["parameters"]] == list(
                    inspect.signature(stand_in(path, found, lambda: print)).parameters
                )
