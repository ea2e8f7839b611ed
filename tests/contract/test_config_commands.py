"""`aseanwatch config`: the whole in force with its origins, what the own file changes, and its shortest form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from crawler.config import load
from crawler.config.settings import Settings
from crawler.runtime.packaged_config import packaged
from tests.builders import shipped
from tests.conftest import run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/how-to/own-what-you-change.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
SHARED = 'terms:\n  trade:\n    zh: ["12:30", "no", "a: b", "\\u202ex", "#y"]\n'
OWN = """\
extends: [packaged, ../shared.yaml]
schedule: {every: 10m}
sources:
  - {name: cna, enabled: false}
  - {name: keyed, url: "https://me:hush4711@x.example/rss?a=1#b", headers: {X-Key: "${KEY}", Authorization: hush4712}}
terms:
  trade:
    en: [durian deal]
    remove: {en: [export]}
topics:
  tourism: {remove: true}
delivery:
  smtp: {password: "${SMTP_PASSWORD}"}
web: {port: "${PORT}"}
"""
VALUES = {"KEY": "s3cret-key", "SMTP_PASSWORD": "s3cret-mail", "PORT": "8081"}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "config.yaml").write_text(OWN, encoding="utf-8")
    (tmp_path / "shared.yaml").write_text(SHARED, encoding="utf-8")
    return folder


def same(text: str, folder: Path, wanted: Settings) -> bool:
    (folder / "shown.yaml").write_text(text, encoding="utf-8")
    return load(folder / "shown.yaml", VALUES) == wanted


def test_what_is_shown_gives_the_same_settings(desk: Path) -> None:
    wanted = load(desk / "config.yaml", VALUES)
    plain = run("config", "show", "--with-keys", cwd=desk, **VALUES)
    noted = run("config", "show", "--with-keys", "--origin", cwd=desk, **VALUES)
    assert same(plain.out, desk, wanted) and same(noted.out, desk, wanted)
    assert "s3cret" not in plain.out + noted.out and "${SMTP_PASSWORD}" in plain.out
    lines = [line for line in noted.out.splitlines() if line.strip()]
    assert all(
        re.search(r"  # (config\.yaml:\d+|packaged:\d+|\.\./shared\.yaml:\d+|default)$", line)
        for line in lines
    )
    ours = {line.split("#")[0].strip() for line in lines if "# config.yaml:" in line}
    assert {"every: 10m", "enabled: false", "durian deal]"} <= ours
    assert "budget: 1.0" in {line.split("#")[0].strip() for line in lines if line.endswith("# default")}


def test_keys_that_are_written_out_are_not_shown(desk: Path) -> None:
    for command in (
        ["config", "show"],
        ["config", "show", "--json", "--origin"],
        ["config", "diff"],
        ["config", "diff", "--json"],
    ):
        done = run(*command, cwd=desk, **VALUES)
        assert done.status == 0 and "hush" not in done.out + done.err


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("schedule.every", "schedule:  # packaged:13\n  every: 10m  # config.yaml:2\n"),
        ("sources.cna.enabled", "    enabled: false  # config.yaml:4\n"),
        ("web.host", "  host: 127.0.0.1  # packaged:"),
        ("schedule.budget", "  budget: 1.0  # default"),
        ("topics.health.threshold", "    threshold: 0.3  # packaged:"),
    ],
)  # fmt: skip
def test_a_part_is_shown_in_its_place(desk: Path, key: str, said: str) -> None:
    done = run("config", "show", key, "--origin", cwd=desk, **VALUES)
    assert re.sub(r" +#", "  #", said) in re.sub(r" +#", "  #", done.out)
    assert yaml.safe_load(done.out)


def test_a_part_that_is_not_there_is_named_with_the_nearest(desk: Path) -> None:
    done = run("config", "show", "topics.helth", cwd=desk, **VALUES)
    assert (done.status, done.err) == (
        2,
        "the configuration has no topics.helth; did you mean topics.health?\n",
    )


def test_the_difference_says_what_where_and_how(desk: Path) -> None:
    assert run("config", "diff", cwd=desk, **VALUES).out.splitlines() == [
        "~ schedule.every: 15m → 10m  # config.yaml:2", "+ sources.cna.enabled: false  # config.yaml:4", "+ sources.keyed  # config.yaml:5",
        "- terms.trade.en: export  # config.yaml:9", "+ terms.trade.en: durian deal  # config.yaml:8", "- topics.tourism  # config.yaml:11",
        "+ delivery  # config.yaml:12", "~ web.port: 8080 → '${PORT}'  # config.yaml:14",
    ]  # fmt: skip


def test_a_whole_copy_is_shortened_and_kept(tmp_path: Path) -> None:
    text = packaged().read_text(encoding="utf-8").replace("  every: 15m ", "  every: 10m ")
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    before = load(tmp_path / "config.yaml")
    assert run("config", "diff", cwd=tmp_path).out.startswith(
        "~ schedule.every: 15m → 10m  # config.yaml:15\n"
    )
    printed = run("config", "shorten", cwd=tmp_path).out
    assert run("config", "shorten", "--write", cwd=tmp_path).status == 0
    assert (tmp_path / "config.yaml").read_text(encoding="utf-8") == printed
    assert (tmp_path / "config.before-shorten.yaml").read_text(encoding="utf-8") == text
    assert load(tmp_path / "config.yaml") == before
    assert "extends: packaged\n\nschedule:\n  every: 10m\n\nsubscriptions:\n" in printed
    assert "as short as can be" in run("config", "shorten", "--write", cwd=tmp_path).err


def test_without_an_own_file_there_is_nothing_to_shorten(tmp_path: Path) -> None:
    assert run("config", "diff", cwd=tmp_path).out == "nothing is changed\n"
    done = run("config", "shorten", cwd=tmp_path)
    assert done.status == 2 and "aseanwatch init" in done.err


def test_the_example_of_the_page_is_right(tmp_path: Path) -> None:
    assert EXAMPLE is not None
    (tmp_path / "config.yaml").write_text(EXAMPLE[1], encoding="utf-8")
    made = run("check", cwd=tmp_path)
    assert made.status == 0 and "nothing is removed" not in made.err, made.err
    settings = load(tmp_path / "config.yaml")
    assert settings.terms["sport"] == {"en": ("football",)} and "orders" not in settings.terms["trade"]["en"]
    assert settings.relevance.against == (*shipped().relevance.against, "security")
