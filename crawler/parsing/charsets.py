"""Bytes to text: as they are declared where that fits nearly everywhere, else as the bytes themselves say.

One byte that does not fit, such as the half of a character that a program cut off, must not decide about a whole document. So the
declared encoding is doubted only where it fails in many places; then the bytes are looked at, and it is said what they were read
as. Labels mean what the WHATWG Encoding Standard says that they mean.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache

from crawler.runtime.data_tables import table

_HEAD = 4096
"""Bytes at the beginning of a document in which it may say its encoding (HTML says 1,024; many pages need more)."""
_XML_HEAD = 400
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([\w.:-]+)\s*["']""", re.IGNORECASE)
_META = re.compile(rb"""<meta\b[^>]{0,400}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"), (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_FORMS = (
    (b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"), (b"\x4c\x6f\xa7\x94", "cp037"),
)  # fmt: skip
"""How ``<`` or ``<?xml`` begins in encodings that are no superset of ASCII (XML 1.0, appendix F)."""
_FITTING = 3
"""An encoding fits where there are so many times more characters than bytes that are none. In text of another encoding
characters come about by chance: in GBK read as UTF-8 one for some ten errors."""
_PROOF = 4
"""So many characters of UTF-8 without any error are no chance, whatever is declared."""
_SAMPLE = 4000
_CUT = re.compile(rb"(?:[\xe0-\xef][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{1,2})(?![\x80-\xbf])")
"""A character of UTF-8 without its end."""
_CUT_END = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z")
"""Half a character where a document was cut."""
_LONG_RUN = re.compile(rb"[\x80-\xff]{5,}")
_HIGH = bytes(range(0x80, 0x100))
_GARBLED = re.compile("[\u0080-\u02ff\u2013-\u203a\u20ac\u2122]{6,}")
_CONTINUED = "[\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178\x80-\xbf]"
"""What the second and later bytes of a character of UTF-8 are in windows-1252."""
_MISREAD = re.compile(
    f"[\xc2\xc4-\xc6]{_CONTINUED}|\xc3[\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u0152\x80-\xaa\xac-\xba\xbc-\xbf]"
    f"|\xe0[\xa1-\xbf]{_CONTINUED}|[\xe1-\xef]{_CONTINUED}{{2}}"
)
"""One character of UTF-8 that was read as windows-1252: \xe2\u20ac\u2122, \xc3\xa1, \xc6\xb0. A capital before a closing quotation mark is none."""
_LATIN = frozenset(
    ["cp1252", "cp1250", "cp1254", "cp1257", "cp1258", "iso8859_2", "iso8859_3", "iso8859_4", "iso8859_10", "iso8859_13", "iso8859_14",
     "iso8859_15", "iso8859_16", "mac_roman"]
)  # fmt: skip
_BOUNDS = re.compile(rb"""(\]\]>|[<>"\r\n]+)""")
"""Where one stretch of a document ends: none of these is part of a character in any encoding that is a superset of ASCII."""
_PUNCTUATION = re.compile(rb"\xe2\x80[\x93-\xa6]")
"""Quotation marks, dashes and the ellipsis in UTF-8. No text of another encoding has these three bytes in a row."""
_PAIR = 2
_PAIRS = re.compile(rb"[\x80-\xff]+")
_PAIR_IN_WORD = re.compile(rb"[A-Za-z][\xc3-\xc6][\x80-\xbf]|[\xc3-\xc6][\x80-\xbf][a-z]")
_WORD_SIGN = re.compile(rb"(?<![\x80-\xff])[\x80\x85\x91-\x97\x99](?![\x80-\xff])")
"""The quotation marks, dashes and signs that Word writes, one byte each in windows-1252."""
_LIKELY = 0.85
"""The least share of common characters by which a stretch is taken for another encoding than its document's."""
_SCRIPTS = (
    ("[\u0e01-\u0e5b]", ("cp874",)), ("[\u4e00-\u9fff]", ("gb18030", "big5hkscs")), ("[\uac00-\ud7a3]", ("cp949",)),
    ("[\u3041-\u30ff]", ("cp932", "euc_jp")), ("[\u0410-\u044f]", ("cp1251", "koi8_r")),
)  # fmt: skip
_MULTIBYTE = ("utf-8", "gb18030", "big5hkscs", "cp949", "cp932", "euc_jp", "iso2022_jp", "hz")
_TAKING_BRACKETS = ("gb18030", "big5hkscs", "cp932")
"""Encodings in which ``]`` may be the second byte of a character."""
_CYRILLIC = ("cp1251", "koi8_r")
"""Each takes the small letters of the other for capitals."""
_WITHOUT_CAPITALS = 1.01
"""Hebrew read as windows-1251 is Cyrillic without a single capital."""
_ESCAPED = ("iso2022_jp", "hz")
"""Encodings whose bytes are all those of ASCII."""
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_FAULT_OF_THAI = re.compile(
    r"(?<![\u0e01-\u0e2e\u0e31-\u0e3a\u0e47-\u0e4e\u0e45])[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]|[\u0e40-\u0e44](?![\u0e01-\u0e2e])"
)
"""A mark that stands on nothing, or a leading vowel that leads nothing."""
_RARE_IN_THAI = re.compile("[ฃฅฌฎฏฐฑฒฤฦฬฯ๏-๛]")
_KOREAN = 1.05
"""Bytes of Korean are common Chinese characters too, but not the other way round."""
_LEAST_KANA = 0.2
"""Japanese is not written without kana."""
_VIETNAMESE = b"\xf0\xf5\xfd\xd0\xcc\xec\xd2\xf2"
"""In windows-1258 đ, ơ, ư, Đ and the marks that only Vietnamese needs; in Western texts hardly ever."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document as text.

    Attributes:
        text: the document.
        encoding: the codec that read it.
        note: what there was to doubt, None where nothing was.
        is_exact: whether its bytes, as they were sent, are what the codec makes of the text.
    """

    text: str
    encoding: str
    note: str | None = None
    is_exact: bool = False


def encoding_of(label: str | None) -> str | None:
    """The codec for a label, as browsers take it; None for a label that means nothing."""
    name = (label or "").strip().lower()
    if not name or len(name) > 100:
        return None
    known = _codecs().get(name)
    if known is not None:
        return known
    try:
        found = codecs.lookup(name)
        "".encode(found.name)  # one that encodes no text, such as rot13 or base64, raises
    except (LookupError, ValueError, TypeError):
        return None
    return _codecs().get(found.name, found.name)


@cache
def _codecs() -> dict[str, str]:
    return {str(label): codec for codec, labels in table("encodings.yaml").items() for label in labels}


def header_charset(content_type: str) -> str:
    """The charset that a Content-Type names; empty where it names none."""
    found = _HEADER.search(content_type)
    return found[1] if found else ""


def xml_charset(body: bytes) -> str:
    """The encoding that an XML declaration names; empty where there is none."""
    found = _XML.match(body[:_XML_HEAD].removeprefix(codecs.BOM_UTF8))
    return found[1].decode("ascii", "ignore") if found else ""


def meta_charset(body: bytes) -> str:
    """The encoding that a page names in a meta element, or in an XML declaration; empty where it names none."""
    found = _META.search(_COMMENT.sub(b"", body[:_HEAD]))
    return found[1].decode("ascii", "ignore") if found else xml_charset(body)


def decode_page(body: bytes, content_type: str = "") -> Decoded:
    """The text of a web page: what the header and the page itself declare, held against the bytes."""
    return decode(body, header=header_charset(content_type), document=meta_charset(body))


def decode_xml(body: bytes, content_type: str = "") -> Decoded:
    """The text of an XML document: what the header and its declaration say, held against the bytes."""
    return decode(body, header=header_charset(content_type), document=xml_charset(body))


def decode(body: bytes, *, header: str = "", document: str = "") -> Decoded:
    """The text of a document.

    A byte order mark counts before all. Bytes that are UTF-8 without an error are UTF-8. Of two declared encodings the one
    counts that the bytes fit; a header that names a Western encoding, which any bytes fit, is the server's default.

    Args:
        body: the bytes as sent, decompressed.
        header: the charset of the Content-Type header, if it names one.
        document: the charset that the document names itself, if it does.
    """
    if body[:1] == b"<" and body[1:2] > b"\0":
        marked, rest = None, body
    else:
        marked, rest = _by_form(body)
    is_whole, body = len(rest) == len(body), rest
    if marked and marked != "utf-8":
        return Decoded(body.decode(marked, "replace"), marked)
    if is_whole and is_usual(header) and is_usual(document):
        with suppress(UnicodeDecodeError):
            return Decoded(body.decode("utf-8"), "utf-8", is_exact=True)
    named = list(dict.fromkeys(filter(None, (marked, encoding_of(header), encoding_of(document)))))
    named = [name for name in named if name not in _WIDE]  # what is read here has no NUL in it
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _with_errors(body, named)
    found = _valid(body, text, named)
    return replace(found, is_exact=is_whole and found.encoding == "utf-8")


def is_usual(label: str) -> bool:
    """Whether a label is that of UTF-8 as most write it, or there is none."""
    return label in ("", "utf-8", "UTF-8")


def _by_form(body: bytes) -> tuple[str | None, bytes]:
    """The encoding that the first bytes prove, and the bytes without its mark."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return encoding, body[len(mark) :]
    return next((encoding for form, encoding in _FORMS if body.startswith(form)), None), body


def _valid(body: bytes, text: str, named: list[str]) -> Decoded:
    """Bytes that are UTF-8 without an error: that they are, unless they are so few that it can be chance."""
    if not named or "utf-8" in named:
        return Decoded(text, "utf-8")
    if text.isascii():
        escaped = next((n for n in named if n in _ESCAPED), None)
        return Decoded(_text(body, escaped), escaped) if escaped else Decoded(text, "utf-8")
    if len(text) - _ascii(body) < _PROOF:
        likely = [_Reading.of(body, n) for n in named if n not in _LATIN]
        chosen = next((r for r in likely if not r.errors and r.is_plausible(body)), None)
        if chosen:
            return Decoded(chosen.text, chosen.encoding)
    return Decoded(text, "utf-8", _doubt("utf-8"))


def _with_errors(body: bytes, named: list[str]) -> Decoded:
    """Bytes that are not UTF-8 everywhere."""
    mixed = _mixed(body, named)
    if mixed:
        return mixed
    utf8 = _Reading.of(body, "utf-8")
    if utf8.fits and ("utf-8" in named or not named):
        return Decoded(utf8.text, "utf-8")
    others = [_Reading.of(body, n) for n in named if n != "utf-8"]
    fitting = [r for r in others if r.fits and r.is_plausible(body)]
    if utf8.fits:
        fitting = [r for r in fitting if r.encoding not in _LATIN and r.share >= 0.8]
    if fitting:
        chosen = min(fitting, key=lambda r: (r.encoding not in _MULTIBYTE, r.encoding in _LATIN, -r.share))
        is_first = chosen.encoding == named[0]
        note = f"header and document name different encodings; read as {chosen.encoding}"
        return Decoded(chosen.text, chosen.encoding, None if is_first else note)
    found = utf8 if utf8.fits else detected(body)
    return Decoded(
        found.text, found.encoding, _doubt(found.encoding) if found.encoding not in named else None
    )


def _mixed(body: bytes, named: Sequence[str]) -> Decoded | None:
    """A document some of whose stretches prove to be UTF-8, each stretch read by itself; None where none proves it.

    Feeds are put together from several sources, and one title pasted from Word is no reason to misread all others.
    """
    stretches = _BOUNDS.split(body)
    read = [_utf8_stretch(part) for part in stretches]
    proving = [text for text, part in zip(read, stretches, strict=True) if text and _proves_utf8(text, part)]
    if not proving and not _PUNCTUATION.search(body):
        return None
    base = next((n for n in named if n not in _LATIN), "utf-8")
    if base != "utf-8" and "utf-8" not in named:
        whole = _Reading.of(body, base)
        if not (whole.fits and whole.is_plausible(body)):
            base = "utf-8"
    else:
        base = "utf-8"
    own = _own_encodings("".join(proving))
    end = _CUT_END.search(body)
    stretches[-1] = stretches[-1].removesuffix(end[0]) if end else stretches[-1]
    read[-1] = _utf8_stretch(stretches[-1]) if end else read[-1]
    texts, others = [], Counter[str]()
    for part, valid in zip(stretches, read, strict=True):
        if part.isascii():
            texts.append(part.decode("ascii"))
            continue
        encoding, text = _read_stretch(part, valid, base, own)
        texts.append(text)
        others.update([encoding] if encoding != base else [])
    texts.append("\ufffd" if end else "")
    if not others and base != "utf-8":
        return None
    if base == "utf-8" and named and "utf-8" not in named:
        return Decoded("".join(texts), base, _doubt(base))
    note = (
        f"{others.total()} places are not in {base}; read as {', '.join(sorted(others))}" if others else None
    )
    return Decoded("".join(texts), base, note)


def _utf8_stretch(part: bytes) -> str | None:
    try:
        return part.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _proves_utf8(text: str, part: bytes) -> bool:
    """Whether a stretch that is UTF-8 without an error cannot be so by chance.

    Characters of three bytes do not come about in a whole stretch of another encoding; pairs do in East Asian ones, but
    there they do not stand alone within Latin words.
    """
    if any(c > "\u07ff" for c in text):
        return True
    pairs = _PAIRS.findall(part)
    return bool(pairs) and all(len(pair) == _PAIR for pair in pairs) and bool(_PAIR_IN_WORD.search(part))


def _own_encodings(text: str) -> tuple[str, ...]:
    """The older encodings of the scripts that a document is written in."""
    counts = {encodings: len(re.findall(script, text)) for script, encodings in _SCRIPTS}
    most = max(counts, key=counts.__getitem__)
    return most if counts[most] else ()


def _read_stretch(part: bytes, valid: str | None, base: str, own: Sequence[str]) -> tuple[str, str]:
    """A stretch beyond ASCII and the encoding it was read as; characters that fit nowhere are U+FFFD."""
    if base != "utf-8":
        reading = _Reading.of(part, base)
        is_better = (
            valid is not None and _proves_utf8(valid, part) and (reading.errors or reading.share < _LIKELY)
        )
        return ("utf-8", valid) if is_better and valid is not None else (base, reading.text)
    if valid is not None:
        return "utf-8", valid
    utf8 = _Reading.of(part, "utf-8")
    if not utf8.errors:  # nothing but halves of characters
        return "utf-8", utf8.text
    for encoding in own:
        reading = _Reading.of(part, encoding)
        if not reading.errors and reading.share >= _LIKELY:
            return encoding, reading.text
    if utf8.characters > 0:
        words = _WORD_SIGN.sub(lambda sign: sign[0].decode("cp1252").encode(), part)
        return ("utf-8" if words == part else "cp1252"), words.decode("utf-8", "replace")
    other = detected(part)
    is_text = not other.errors and (other.encoding in _LATIN or other.share >= _LIKELY)
    if is_text and other.encoding in _LATIN and not _is_western(part):
        is_text = False
    return (other.encoding, other.text) if is_text else ("utf-8", utf8.text)


def _doubt(encoding: str) -> str:
    return f"the encoding is not the declared one; read as {encoding}"


@dataclass(frozen=True, slots=True)
class _Reading:
    """Bytes as one encoding reads them. ``errors`` counts what is no character in it, ``characters`` those beyond ASCII."""

    encoding: str
    text: str
    characters: int
    errors: int

    @classmethod
    def of(cls, body: bytes, encoding: str) -> _Reading:
        text = _text(body, encoding)
        own = body.count(b"\xef\xbf\xbd") if encoding == "utf-8" else 0
        errors = text.count("\ufffd") - own
        if encoding == "utf-8" and errors == len(_CUT.findall(body)):
            own, errors = own + errors, 0  # nobody writes such bytes in another encoding
        beyond = len(text) - len(text.encode("ascii", "ignore"))
        return cls(encoding, text, beyond - errors, errors)

    @property
    def fits(self) -> bool:
        """Whether the encoding fits nearly everywhere."""
        return self.errors * _FITTING <= self.characters

    @property
    def share(self) -> float:
        """The share of characters that are common in what is written in the encoding, about 0..1."""
        sample = [c for c in self.text if c > "\x7f"][:_SAMPLE]
        if not sample:
            return 0.0
        score = _SCORES.get(self.encoding)
        return score(self, sample) if score else sum(map(_is_common, sample)) / len(sample)

    def is_plausible(self, body: bytes) -> bool:
        """Whether what the encoding makes of the bytes can be text."""
        if self.encoding in _LATIN:
            return _is_western(body)
        if self.encoding == "cp874":
            return self.share >= 0.9
        if self.encoding in ("gb18030", "big5hkscs") and self.characters > 10 and self.share < 0.8:
            return detected(body).share < self.share + 0.2
        return True


def _thai(reading: _Reading, sample: list[str]) -> float:
    odd = len(_FAULT_OF_THAI.findall(reading.text)) + len(_RARE_IN_THAI.findall(reading.text)) / 2
    return max(0.0, 1 - (odd + reading.errors) / max(reading.characters, 1))


def _korean(reading: _Reading, sample: list[str]) -> float:
    return _KOREAN * sum(c in _hangul() for c in sample) / len(sample)


def _japanese(reading: _Reading, sample: list[str]) -> float:
    share = sum(map(_is_common, sample)) / len(sample)
    kana = sum("\u3041" <= c <= "\u30ff" for c in sample) / len(sample)
    return share + kana if kana > _LEAST_KANA else share / 2


def _cyrillic(reading: _Reading, sample: list[str]) -> float:
    return sum("а" <= c <= "я" for c in sample) / len(sample)


def _hebrew(reading: _Reading, sample: list[str]) -> float:
    return _WITHOUT_CAPITALS * sum("א" <= c <= "ת" for c in sample) / len(sample)


_SCORES: dict[str, Callable[[_Reading, list[str]], float]] = {
    "cp874": _thai, "cp949": _korean, "cp932": _japanese, "euc_jp": _japanese, "cp1251": _cyrillic, "koi8_r": _cyrillic,
    "cp1255": _hebrew,
}  # fmt: skip
"""How common the characters of a reading are; for all other encodings, Chinese characters of everyday use are counted."""


def detected(body: bytes) -> _Reading:
    """What bytes seem to be that are not UTF-8: by what is common in each encoding's languages."""
    if _is_western(body):
        high = body.translate(None, bytes(range(0x80)))
        vietnamese = sum(high.count(byte) for byte in _VIETNAMESE)
        return _Reading.of(body, "cp1258" if vietnamese * 5 >= len(high) and len(high) > 20 else "cp1252")
    tried = ("gb18030", "big5hkscs", "cp874", "cp949", "cp932", "euc_jp", "cp1255", *_CYRILLIC)
    best = max((_Reading.of(body, e) for e in tried), key=lambda r: r.share - r.errors / max(r.characters, 1))
    return best if best.share >= 0.5 else _Reading.of(body, "cp1252")


def _is_western(body: bytes) -> bool:
    """Whether letters beyond ASCII stand alone, as in all Latin scripts, not one behind the other."""
    high = len(body) - _ascii(body)
    long = sum(len(run) for run in _LONG_RUN.findall(body))
    return long * 2 < high


def _ascii(body: bytes) -> int:
    return len(body.translate(None, _HIGH))


def _text(body: bytes, encoding: str) -> str:
    errors = "euro" if encoding == "gb18030" else "replace"
    if encoding in _TAKING_BRACKETS:
        # Half a character before the end of CDATA would take its first bracket along, and with it the rest of the document.
        return "]]>".join(part.decode(encoding, errors) for part in body.split(b"]]>"))
    text = body.decode(encoding, errors)
    return unicodedata.normalize("NFC", text) if encoding == "cp1258" else text


def _euro(error: UnicodeError) -> tuple[str, int]:
    """In GBK a lone 0x80 is the euro sign (WHATWG, 10.2.1); everything else that does not fit is U+FFFD."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "€" if error.object[error.start] == 0x80 else "\ufffd", error.start + 1


codecs.register_error("euro", _euro)


@cache
def _common() -> frozenset[str]:
    """The Chinese characters of the first levels of GB 2312 and Big5: those of everyday use."""
    codes = [(bytes([a, b]), "gb2312") for a in range(0xB0, 0xD8) for b in range(0xA1, 0xFF)]
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    codes += [(bytes([a, b]), "big5") for a in range(0xA4, 0xC7) for b in trails]
    return frozenset(code.decode(codec, "ignore") for code, codec in codes)


@cache
def _hangul() -> frozenset[str]:
    """The syllables of KS X 1001: those of everyday use."""
    codes = (bytes([a, b]) for a in range(0xB0, 0xC9) for b in range(0xA1, 0xFF))
    return frozenset(code.decode("euc_kr", "ignore") for code in codes)


def _is_common(character: str) -> bool:
    return (
        character in _common()
        or "\u3000" <= character <= "\u30ff"
        or character in "，。：；！？（）“”‘’—…·、《》"
    )


def damaged(texts: Iterable[str]) -> bool:
    """Whether any of some texts holds a character that could not be read."""
    return any("\ufffd" in text for text in texts)


def damage(title: str, *texts: str) -> frozenset[int]:
    """Which of a headline (0) and some texts (1, 2, …) could not be read everywhere, or seem to be of another encoding."""
    found = {number for number, text in enumerate((title, *texts)) if "\ufffd" in text}
    # Only headlines: in a whole text, a row of dashes may look like it.
    return frozenset(found | {0}) if is_garbled(title) else frozenset(found)


def is_garbled(text: str) -> bool:
    """Whether a text looks like one of many bytes to a character that was read as one of one byte: ä¸å½."""
    return bool(_GARBLED.search(text)) or any(_was_utf8(found[0]) for found in _MISREAD.finditer(text))


def _was_utf8(text: str) -> bool:
    """Whether characters are, byte by byte, one character of UTF-8."""
    read = b"".join(_byte(character) for character in text)
    return _utf8_stretch(read) is not None


def _byte(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:  # the bytes that windows-1252 leaves open are read as control characters
        return character.encode("latin-1", "replace")
