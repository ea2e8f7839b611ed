"""Builds crawler/data/han_forms.json: the simplified form of each traditional or Japanese character that has one, by OpenCC.

Matching takes characters one at a time, so this table is all of OpenCC that it needs. Run by `make places`; the result is committed.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import opencc

TARGET = Path(__file__).parent.parent / "crawler" / "data" / "han_forms.json"
RANGES = ((0x3400, 0x9FFF), (0xF900, 0xFAFF))


@cache
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)


def is_chinese(char: str) -> bool:
    """Whether a character is written in mainland China (GB 2312); 広 and 発 are not, 芸 and 予 are other characters there."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def simplified(char: str) -> str:
    """The simplified form of a character, itself where there is none of one character."""
    old = char if is_chinese(char) else _converter("jp2t").convert(char)
    new = _converter("t2s").convert(old)
    return new if len(new) == 1 else char


def forms() -> dict[str, str]:
    """All characters that have another form."""
    every = (chr(code) for first, last in RANGES for code in range(first, last + 1))
    return {char: form for char in every if (form := simplified(char)) != char}


def main() -> None:
    """Write the table: its characters, and in the same order their forms."""
    found = forms()
    content = {
        "source": "OpenCC (Apache-2.0)",
        "characters": "".join(found),
        "forms": "".join(found.values()),
    }
    TARGET.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
