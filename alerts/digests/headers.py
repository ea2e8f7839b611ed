"""Writes texts as lines of a mail's header (RFC 5322, 2.2.3; RFC 2047).

Unfolded and decoded they are the same text again.

The policies of the standard library lose blanks between encoded words, and the quotes of names. Its
older ``Header`` keeps them, so it is used here.
"""

from __future__ import annotations

from email.charset import SHORTEST, Charset
from email.header import Header
from email.utils import formataddr

WIDTH = 76
"""The longest line in characters, its break left out (RFC 2047, 2)."""
LONGEST_WORD = 60
"""A longer word of ASCII would leave its line empty or overlong; in encoded words it can be broken."""


def folded(name: str, text: str) -> str:
    """A header of free text on one line, with its line breaks."""
    # A "=?" in plain text would be decoded as if it began an encoded word.
    is_plain = text.isascii() and "=?" not in text and max(map(len, text.split(" "))) <= LONGEST_WORD
    return f"{name}: {_lines(text, 'us-ascii' if is_plain else 'utf-8', name)}\r\n"


def mailbox(name: str, display: str, spec: str) -> str:
    """A header that names one address, with its line breaks.

    Args:
        name: the header's.
        display: whose address it is, in any script; may be empty.
        spec: the address, in ASCII.
    """
    if display.isascii() and "=?" not in display:
        line = f"{name}: {formataddr((display, spec))}"
        if len(line) <= WIDTH or not display:
            return f"{line}\r\n"
    # The address on a line of its own: it must not be encoded, and must not make a line overlong.
    return f"{name}: {_lines(display, 'utf-8', name)}\r\n <{spec}>\r\n"


def _lines(text: str, charset: str, name: str) -> str:
    return Header(text, _charset(charset), maxlinelen=WIDTH, header_name=name).encode(linesep="\r\n")


def _charset(name: str) -> Charset:
    """A charset whose words are encoded as the standard library ships it.

    Libraries change that for the whole process (Apprise's mail plug-in registers UTF-8 as quoted-printable). A mail
    must not look different from then on: a delivery has the same bytes whenever it is tried.
    """
    charset = Charset(name)
    charset.header_encoding = SHORTEST if name == "utf-8" else None  # type: ignore[assignment]
    return charset
