"""Builds crawler/data/parsed: what starting up and the first news would else work out anew in each process.

Large YAML tables of crawler/data as JSON, each with the checksum of the YAML that it stands for; what the packaged configuration
gives those who extend it (``config.json``); the names of countries, months and weekdays, and the zones of countries, as Babel has
them (``territories.json``, ``calendar_names.json``, ``zones.json``); how Chinese characters are read (``pinyin.json``); the normal
forms of spellings (``spellings.json``); the schema of a new store (``schema.json``); where places lie and which towns a country has
(``known_places.bin``, ``towns.zip``). And what each command is called with, beside the commands (``signatures.json``). Nothing here is a
source: whatever is missing or of an older table is worked out while running. Run by `make parsed`; the result is committed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zlib import crc32

import yaml
from babel.core import get_global
from pypinyin import lazy_pinyin

from alerts.commands.program import REGISTRY as ALERTS
from crawler.commands.program import REGISTRY as CRAWLER
from crawler.commands.signatures import FILE, text_of
from crawler.config import load
from crawler.config.layers import shared_values
from crawler.config.references import references_in
from crawler.judging.bases.name_parts import packed_parts
from crawler.judging.entities.anchors import packed_known
from crawler.judging.entities.known import concepts, entities
from crawler.judging.entities.pinyin import FIRST, LAST
from crawler.judging.judge import all_sets
from crawler.judging.places.elsewhere import territories_of_babel
from crawler.judging.places.gazetteer import listed_spellings
from crawler.judging.places.known_places import FILE as PLACES
from crawler.judging.places.known_places import packed_places
from crawler.judging.places.small_place_names import FILE as TOWNS
from crawler.judging.places.small_place_names import packed_names
from crawler.judging.text.normal import needs_steps, worked_out
from crawler.judging.text.terms import REFERENCE, shown_part
from crawler.model import TermSet
from crawler.store.database import Store, migrate
from crawler.store.empty_store import described

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "crawler/data"
LEAST = 4000
"""Bytes of the smallest table for which a file of its own pays."""


def parsed_tables() -> Iterator[tuple[str, Any]]:
    """The large YAML tables as (name, what the file holds); those that JSON cannot say are left out."""
    for path in sorted(DATA.glob("*.yaml")):
        content = path.read_bytes()
        table = yaml.load(content.decode("utf-8"), yaml.CSafeLoader)
        if path.name != "config.yaml" and len(content) >= LEAST and _is_plain(table):
            yield path.stem, {"of": crc32(content), "table": table}


def _is_plain(table: Any) -> bool:
    try:
        return bool(json.loads(json.dumps(table)) == table)
    except TypeError:
        return False


def spellings() -> dict[str, str]:
    """The normal forms of all packaged spellings that need more than lower case."""
    sets = (*all_sets(load(ROOT / "config.yaml").rules().terms, named=()).values(), *entities(), *concepts())
    written = {shown for term_set in sets for shown in _shown(term_set)} | set(listed_spellings())
    return {text: worked_out(text) for text in sorted(written) if needs_steps(text)}


def _without_repetition(forms: dict[str, str]) -> dict[str, Any]:
    """Spellings that are their own normal form are held once, in memory too."""
    same = [text for text, form in forms.items() if text == form]
    return {"same": same, "changed": {text: form for text, form in forms.items() if text != form}}


def _shown(term_set: TermSet) -> Iterator[str]:
    for spelling in (s for words in term_set.spellings.values() for s in words):
        if not REFERENCE.match(spelling):
            yield shown_part(spelling)
    yield from map(shown_part, term_set.exceptions)


def packaged_config() -> dict[str, Any]:
    """What the packaged configuration gives those who extend it, with the checksum of its text."""
    content = (ROOT / "config.yaml").read_bytes()
    values = shared_values(content)
    # It is read without an environment: a reference would stay one.
    if references_in(json.dumps(values)):
        raise ValueError("sections that others extend hold references to the environment")
    return {"of": crc32(content), "table": values}


def schema() -> dict[str, Any]:
    """The schema that all migrations make, as statements."""
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/new.db")
        with store.write() as connection:
            migrate(connection)
            made = described(connection)
        store.close()
    return made


def calendar_names() -> Any:
    """The names of months and weekdays (`scripts.build_calendar_names`)."""
    command = [sys.executable, "-m", "scripts.build_calendar_names"]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)


def pinyin() -> dict[str, Any]:
    """The reading of each character by itself (`crawler.judging.entities.pinyin`)."""
    read = [lazy_pinyin(chr(code))[0] for code in range(FIRST, LAST + 1)]
    readings = sorted(set(read))
    number = {reading: chr(n) for n, reading in enumerate(readings)}
    return {"readings": readings, "of": "".join(number[reading] for reading in read)}


def contents() -> dict[str, str]:
    """The files by their names, each with its text."""
    tables = {
        **dict(parsed_tables()),
        "config": packaged_config(),
        "territories": territories_of_babel(),
        "calendar_names": calendar_names(),
        "zones": {code: list(zones) for code, zones in get_global("territory_zones").items()},
        "pinyin": pinyin(),
        "spellings": _without_repetition(spellings()),
        "schema": schema(),
        "name_parts": packed_parts().packed(),
        "known_names": packed_known().packed(),
    }
    return {
        f"{name}.json": json.dumps(table, ensure_ascii=False, separators=(",", ":")) + "\n"
        for name, table in tables.items()
    }


def main() -> None:
    """Write the files, and take away those that nothing stands for any more."""
    for registry in (CRAWLER, ALERTS):
        (registry.folder / FILE).write_text(text_of(dict(registry.read()), registry.folder), encoding="utf-8")
    folder = DATA / "parsed"
    folder.mkdir(exist_ok=True)
    made = contents()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name, content in ((PLACES, packed_places()), (TOWNS, packed_names())):
        # In its place at once: a service that has the old one mapped would be killed if that became shorter.
        (folder / f"{name}.new").write_bytes(content)
        (folder / f"{name}.new").replace(folder / name)
    for old in folder.glob("*.json"):
        if old.name not in made:
            old.unlink()
    sys.stdout.write(f"{len(made)} files, {sum(map(len, made.values()))} characters\n")


if __name__ == "__main__":
    main()
