"""Builds crawler/data/everyday_words.json: names of everyday things in our languages, from Unicode CLDR's annotations.

CLDR keeps what each pictograph shows (🏭 factory, 工厂, pabrik, โรงงาน …) in all languages of the region, reviewed by their
speakers twice a year (Unicode License V3). Names that tell of faces, gestures, people and signs say nothing of news and are left
out, as are names that a language leaves in English. Run with the folder of the npm package ``cldr-annotations-full``:

    npm pack cldr-annotations-full && tar xf cldr-annotations-full-*.tgz
    python scripts/build_everyday_words.py package/annotations
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LANGUAGES = {"en": "en", "zh": "zh", "id": "id", "ms": "ms", "vi": "vi", "th": "th", "fil": "tl", "km": "km", "lo": "lo", "my": "my"}  # fmt: skip
"""CLDR's codes and ours."""
TARGET = Path(__file__).resolve().parent.parent / "crawler/data/everyday_words.json"
_UNFIT = re.compile(
    r"[:\d“”()-]|\b(?:face|hand|hands|finger|button|sign|symbol|arrow|person|people|man|woman|men|women|boy|girl|with|heart|eye|eyes|"
    r"square|circle|triangle|diamond|keycap|clock|mark|skin|hair|emblem|letter|punctuation|cat|moon|o.clock)\b",
    re.IGNORECASE,
)
LONGEST = 3
"""Words of a name: longer ones describe a picture."""


def names_of(folder: Path, code: str) -> Mapping[str, Any]:
    """What CLDR calls each pictograph in a language."""
    content = json.loads((folder / code / "annotations.json").read_text(encoding="utf-8"))
    found: Mapping[str, Any] = content["annotations"]["annotations"]
    return found


def rows(folder: Path) -> list[dict[str, str]]:
    """One row for each thing: its names by language."""
    by_language = {own: names_of(folder, code) for code, own in LANGUAGES.items()}
    found: dict[str, dict[str, str]] = {}
    for sign, values in by_language["en"].items():
        english = values.get("tts", [""])[0]
        # Signs below this are punctuation and arrows.
        if ord(sign[0]) < 0x1F300 or not english or _UNFIT.search(english) or len(english.split()) > LONGEST:
            continue
        row = {lang: own[sign]["tts"][0] for lang, own in by_language.items() if "tts" in own.get(sign, {})}
        translated = {
            lang: name for lang, name in row.items() if lang == "en" or name.lower() != english.lower()
        }
        found.setdefault(english, translated)
    return [found[name] for name in sorted(found)]


def main() -> None:
    """Write the table."""
    made = rows(Path(sys.argv[1]))
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in made)
    TARGET.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    print(f"{len(made)} things, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
