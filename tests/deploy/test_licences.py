"""Whatever others have rights in is named, with its licence, and goes with the program wherever it goes."""

from __future__ import annotations

import fnmatch
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from crawler.commands.licenses import holdings, licence_texts
from tests.conftest import run
from tests.deploy.conftest import ROOT

WITH_SOURCE = re.compile(
    r"CLDR|GeoNames|Natural Earth|py3langid|htmx|WHATWG|\bICU'?s? (?:dictionary|data)|CC BY|Unicode License|\(MIT\)|OpenCC"
)
"""What the head of a file says that has something from somebody."""
OURS = {
    "crawler/data/base_countries.yaml",  # names what CLDR lacks
    "crawler/data/aliases.yaml",  # as above
    "crawler/data/groups.yaml",  # as above
    "crawler/data/countries.yaml",  # as above
    "crawler/data/dates.yaml",  # as above
    "crawler/data/town_spellings.yaml",  # names what GeoNames lacks
    "crawler/data/han_words.yaml",  # names what ICU lacks
}


def named(file: str) -> dict[str, object]:
    """The last entry that names a file."""
    return [h for h in holdings() if any(fnmatch.fnmatch(file, p) for p in h["files"])][-1]


def test_every_file_has_its_licence_and_every_licence_its_text() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reuse", "lint"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_data_with_a_source_has_an_entry_of_its_own() -> None:
    data = [
        *(ROOT / "crawler" / "data").glob("*.*"),
        *(ROOT / "alerts").rglob("*.json"),
        *(ROOT / "alerts/web/static").iterdir(),
    ]
    found = [
        str(p.relative_to(ROOT))
        for p in data
        if WITH_SOURCE.search(p.read_bytes()[:700].decode(errors="replace"))
    ]
    unnamed = [f for f in found if f not in OURS and named(f)["files"] == ["**"]]
    assert "crawler/data/places.json" in found
    assert unnamed == []


def test_entries_name_files_that_are_there() -> None:
    for entry in holdings():
        assert all(list(ROOT.glob(pattern)) for pattern in entry["files"]), entry
        assert entry["what"] and entry["holders"]


def test_the_wheel_has_the_table_and_every_text(wheel: Path) -> None:
    inside = zipfile.ZipFile(wheel)
    names = inside.namelist()
    (table,) = [n for n in names if n.endswith(".dist-info/licenses/REUSE.toml")]
    assert inside.read(table).decode() == (ROOT / "REUSE.toml").read_text(encoding="utf-8")
    for _, path in licence_texts():
        assert f"{table.removesuffix('REUSE.toml')}LICENSES/{path.name}" in names
    for entry in holdings()[1:]:
        assert set(entry["files"]) <= set(names)
    (metadata,) = [n for n in names if n.endswith(".dist-info/METADATA")]
    (expression,) = re.findall(r"^License-Expression: (.*)$", inside.read(metadata).decode(), re.MULTILINE)
    assert set(expression.split(" AND ")) == {name for name, _ in licence_texts()}


def test_the_image_says_its_licences_and_leaves_none_out() -> None:
    label = re.findall(
        r'image\.licenses="([^"]+)"', (ROOT / "deploy/Containerfile").read_text(encoding="utf-8")
    )
    assert [set(found.split(" AND ")) for found in label] == [{name for name, _ in licence_texts()}]
    for name in (".containerignore", ".dockerignore"):
        ignored = (ROOT / name).read_text(encoding="utf-8").split()
        assert not any(
            fnmatch.fnmatch(f, pattern) for f in ("LICENSES", "REUSE.toml", "LICENSE") for pattern in ignored
        )


def test_the_command_prints_them(tmp_path: Path) -> None:
    printed = run("licenses", cwd=tmp_path).out
    assert "crawler/data/latin_languages.npz" in printed and "© 2021 Adrien Barbaresi" in printed
    assert printed.index("latin_languages") < printed.index("all other files")
    assert "UNICODE LICENSE V3" in run("licenses", "Unicode-3.0", cwd=tmp_path).out
    assert {"files", "what", "holders", "licence"} == set(run("licenses", "--json", cwd=tmp_path).json[0])
    unknown = run("licenses", "GPL-3.0", cwd=tmp_path)
    assert unknown.status == 2 and "allowed: 0BSD" in unknown.err


@pytest.mark.parametrize(
    "name", ["MIT", "BSD-3-Clause", "Unicode-3.0", "Apache-2.0", "CC-BY-4.0", "0BSD", "ISC"]
)
def test_texts_are_those_of_their_names(name: str) -> None:
    words = {
        "MIT": "The above copyright notice and this permission notice shall be included in all copies",
        "BSD-3-Clause": "Neither the name of the copyright holder nor the names of its",
        "Unicode-3.0": "copies of the Data Files or Software",
        "Apache-2.0": "Version 2.0, January 2004",
        "CC-BY-4.0": "Attribution 4.0 International",
        "0BSD": "for any purpose with or without fee is hereby granted.",
        "ISC": "this permission notice appear in all copies",
    }
    text = " ".join(dict(licence_texts())[name].read_text(encoding="utf-8").split())
    assert words[name] in text
