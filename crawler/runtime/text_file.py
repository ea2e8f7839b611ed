"""Text of files that people wrote: UTF-8, with or without a byte order mark; any other encoding is named, not guessed at."""

from __future__ import annotations

import codecs

from crawler.model import AseanwatchError

_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"), (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"),
)  # fmt: skip
_LEAST, _SHARE = 3, 0.7
"""How many characters, and what share of those beyond ASCII, must be common Chinese ones to call a file GBK."""


class TextError(AseanwatchError):
    """A file is no UTF-8 text: ``line`` is the first line that shows it, ``words`` say what it seems to be."""

    def __init__(self, name: str, line: int, words: str) -> None:
        super().__init__(f"{name}:{line}: {words}")
        self.line = line
        self.words = words


def text_of(data: bytes, name: str) -> str:
    """The text of a file, without a byte order mark.

    Args:
        data: its bytes.
        name: what it is called in complaints.

    Raises:
        TextError: it is not UTF-8.
    """
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            raise TextError(
                name, 1, _advice(f"is written in {encoding} (some editors call that Unicode), not in UTF-8")
            )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"is not written in UTF-8: it holds the byte {data[error.start]:02X}{_seeming(data)}"
        raise TextError(name, line, _advice(problem)) from None
    if (nul := text.find("\0")) >= 0:
        # Western text in UTF-16 without a mark passes for UTF-8:
        # every second byte is a zero, which is valid there.
        line = text.count("\n", 0, nul) + 1
        raise TextError(name, line, _advice("holds the byte 00: it is no text, or written in UTF-16"))
    return text


def _advice(problem: str) -> str:
    return f"{problem}; save it as UTF-8"


def _seeming(data: bytes) -> str:
    """What an old encoding the bytes seem to be in, in words."""
    beyond = [c for c in data.decode("gb18030", "replace") if not c.isascii()]
    common = sum(map(_is_common_han, beyond))
    if common >= _LEAST and common > _SHARE * len(beyond):
        return " and looks like GBK (GB 18030)"
    return " and looks like an older encoding such as Windows-1252, Big5 or TIS-620"


def _is_common_han(char: str) -> bool:
    """Level 1 of GB 2312: nearly all of Chinese text, and half of what Thai would be if it were read so."""
    code = char.encode("gb18030")
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7 and code[1] >= 0xA1
