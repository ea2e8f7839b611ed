"""How well duplicates are found, and at what cost: ``python -m benchmarks.copies [--most 1000000 | --quality] [--picture FILE]``.

The first part has synthetic reports in ten languages. Each has a duplicate as re-publishers make it: half of the text cut away,
another headline, the outlet's boilerplate and dateline around it, Chinese in the other script, other punctuation and spaces. Each
also has a near miss: another report that quotes a fifth of it. The second part has news around the same words (teasers, paywalls,
footers, templates) and duplicates that were edited to deceive (`benchmarks.duplicate_cases`), in the order of their arrival.

Prints recall and precision, also by language, and those of MinHash LSH on the same texts; then the milliseconds and peak memory
for one article as the store grows.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import numpy as np
import opencc
from datasketch import MinHash, MinHashLSH
from icu4py.breakers import WordBreaker
from matplotlib import pyplot as plt
from sqlalchemy import Connection, insert, text

from benchmarks.duplicate_cases import PHRASES, Case, cases
from crawler.judging.stories.duplicates import fingerprint, text_hash
from crawler.judging.text.script import UNSPACED, main_script
from crawler.model import Anchors, Article, Classification, Relevance
from crawler.store import Store
from crawler.store.duplicate_index import DuplicateIndex
from crawler.store.originals import outlet_of
from crawler.store.schema import articles, fingerprints
from tests.builders import NOON
from tests.newsroom.news import items

WINDOW = timedelta(days=5)
ORIGINALS = 2_000
SENTENCES, WORDS = 14, 13
FILLING = 60
"""Fingerprints of each report that only fills the store: those of about 300 characters, as in feeds."""
SIZES = (1_000, 10_000, 100_000, 1_000_000)
ASKED = 200
BOILERPLATE = {
    "en": "Sign up for our newsletter. All rights reserved. Download our app for more news of the region. Follow us on all channels.",
    "zh": "责任编辑:本网。版权所有,未经授权不得转载。更多新闻请下载客户端并关注我们的公众号。",
    "id": "Baca juga berita lainnya di laman kami. Hak cipta dilindungi. Unduh aplikasi kami untuk kabar terbaru setiap hari.",
    "th": "ติดตามข่าวสารได้ทางเว็บไซต์ของเรา สงวนลิขสิทธิ์ตามกฎหมาย ดาวน์โหลดแอปพลิเคชันได้แล้ววันนี้",
}


_MARKS = "".join(sorted({*".,;:!?()'。、", '"'}))


@dataclass(frozen=True, slots=True)
class Text:
    """A synthetic report."""

    lang: str
    title: str
    body: str


def _vocabulary() -> dict[str, list[str]]:
    """The words of our sample news by language; ICU finds those of scripts without spaces."""
    found: dict[str, set[str]] = defaultdict(set)
    for item in items():
        script = main_script(item.text)
        whole = f"{item.title} {item.text}"
        words = list(WordBreaker(whole, UNSPACED[script])) if script in UNSPACED else whole.split()
        found[item.outlet.lang] |= {str(w).strip(_MARKS) for w in words if str(w).strip()}
    return {lang: sorted(w for w in words if w) for lang, words in found.items()}


def _sentence(words: Sequence[str], chance: random.Random, spaced: bool) -> str:
    joined = (" " if spaced else "").join(chance.choice(words) for _ in range(WORDS))
    return joined + (". " if spaced else "。")


def made(count: int) -> list[Text]:
    """Reports of randomly ordered words, so that only duplicates share passages; the languages in turn."""
    chance, words = random.Random(3), _vocabulary()
    languages = sorted(words)
    found = []
    for number in range(count):
        lang = languages[number % len(languages)]
        spaced = lang not in UNSPACED.values()
        body = "".join(_sentence(words[lang], chance, spaced) for _ in range(SENTENCES))
        found.append(Text(lang, _sentence(words[lang], chance, spaced), body))
    return found


def republished(one: Text, chance: random.Random) -> Text:
    """The edits of one re-publisher."""
    half = len(one.body) // 2
    begin = chance.choice((0, 0, len(one.body) - half))
    body = one.body[begin : begin + half]
    frame = BOILERPLATE.get(one.lang, BOILERPLATE["en"])
    if one.lang == "zh" and chance.random() < 0.5:
        body = opencc.OpenCC("s2t").convert(body)
    if chance.random() < 0.5:
        body = body.replace(". ", " – ").replace("。", " ")
    return Text(one.lang, f"{one.title[::-1]}", f"({one.lang.upper()}) -- {body}\n{frame}")


def near_miss(one: Text, other: Text) -> Text:
    """Another report that quotes a fifth of this one."""
    quote = one.body[: len(one.body) // 5]
    return Text(other.lang, other.title, other.body[: len(other.body) * 4 // 5] + quote)


def reading(one: Text) -> Classification:
    """The part of a reading that the index of duplicates uses."""
    return Classification(
        one.lang,
        Relevance(True, 0.9),
        (),
        (),
        (),
        fingerprint(one.body),
        text_hash(one.title, one.body),
        Anchors(),
    )


def _row(number: int, one: Text, found: Classification) -> dict[str, Any]:
    return {
        "id": number, "url": f"https://o.example/{number}", "url_key": str(number), "title": one.title, "text": one.body, "lang": one.lang,
        "source": "o", "first_seen": NOON, "when": NOON, "from_page": True, "text_hash": found.text_hash, "relevant": True, "score": 0.9,
        "reasons": [], "evidence": [], "countries": [], "features": [], "words": [], "fingerprints": len(found.fingerprint),
    }  # fmt: skip


def ours(originals: Sequence[Text], asked: Sequence[Text], store: Store) -> list[int | None]:
    """The original of each tested text, by our index."""
    with store.write() as connection:
        readings = [reading(o) for o in originals]
        connection.execute(
            insert(articles),
            [_row(i, o, r) for i, (o, r) in enumerate(zip(originals, readings, strict=True), 1)],
        )
        rows = [{"hash": h, "article_id": i} for i, r in enumerate(readings, 1) for h in r.fingerprint]
        connection.execute(insert(fingerprints), rows)
        found = []
        for number, one in enumerate(asked):
            own = article_of(one, f"asked{number}"), reading(one)
            copy = DuplicateIndex(connection, [own], WINDOW).find(*own)
            found.append(copy.original - 1 if copy else None)
    return found


def article_of(one: Text, outlet: str) -> Article:
    """A synthetic report as an article of an outlet."""
    address = f"https://{quote(outlet)}.example/{uuid4()}"
    return Article(address, one.title, one.body, outlet, NOON, lang_hint=one.lang, published=NOON)


def arriving(case: Case, connection: Connection, ids: Iterator[int]) -> bool:
    """Whether the last article of a case counts as a duplicate of the right article, or of none. Those before it are stored first."""
    numbers: list[int] = []
    for item in case.items:
        own = Text(case.lang, item.title, item.text)
        article, read = article_of(own, item.outlet), reading(own)
        index = DuplicateIndex(connection, [(article, read)], WINDOW)
        found = index.find(article, read)
        number = next(ids)
        distinctive = index.distinctive(outlet_of(article), read)
        row = _row(number, own, read) | {
            "url": article.url,
            "source": item.outlet,
            "text": own.body,
            "fingerprints": len(distinctive),
        }
        row |= {"duplicate_of": found.original if found else None, "published": NOON}
        connection.execute(insert(articles), [row])
        if found is None:
            index.add(number, article, read, distinctive)
        index.write(NOON)
        numbers.append(number)
    expected = numbers[case.original] if case.original is not None else None
    return (found.original if found else None) == expected


def wilson(right: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % confidence interval of a share (Wilson 1927)."""
    if not count:
        return 0.0, 1.0
    share, spread = right / count, z * z / count
    middle, half = share + spread / 2, z * math.sqrt(share * (1 - share) / count + spread / count / 4)
    return (middle - half) / (1 + spread), (middle + half) / (1 + spread)


def hostile(repeats: int) -> None:
    """Recall and precision on news around the same words and edited duplicates, by language and by kind."""
    words = _vocabulary()
    by_language: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    by_kind: dict[str, list[bool]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for lang in sorted(PHRASES):
            store = Store(f"sqlite:///{folder}/{lang}.db")
            store.upgrade()
            ids = count(1)
            with store.write() as connection:
                for case in cases(lang, repeats, words.get(lang, words["id"])):
                    kept_apart = connection.begin_nested()  # the few facts of the cases come again and again
                    right = arriving(case, connection, ids)
                    kept_apart.rollback()
                    by_language[lang].append((case.original is not None, right))
                    by_kind[("copy: " if case.original is not None else "news: ") + case.kind].append(right)
    every = [one for found in by_language.values() for one in found]
    print(f"{len(every):,} cases of news around the same words and of edited copies in ten languages")
    for lang, found in [*sorted(by_language.items()), ("all", every)]:
        copied, kept = [r for is_copy, r in found if is_copy], [r for is_copy, r in found if not is_copy]
        given = sum(copied) + kept.count(False)
        print(
            f"  {lang:4} recall {_interval(sum(copied), len(copied))}  precision {_interval(sum(copied), given)}"
        )
    for kind, right in sorted(by_kind.items()):
        print(f"  {kind:40} right {_interval(sum(right), len(right))}")


def _interval(right: int, count: int) -> str:
    low, high = wilson(right, count)
    return f"{right / max(1, count):.4f} ({low:.3f} to {high:.3f}, n = {count})"


def minhash(originals: Sequence[Text], asked: Sequence[Text]) -> list[int | None]:
    """The same by MinHash LSH over shingles of five characters; its most similar match counts."""

    def signature(one: Text) -> MinHash:
        made = MinHash(num_perm=128)
        made.update_batch([one.body[k : k + 5].encode() for k in range(max(1, len(one.body) - 4))])
        return made

    known = [signature(o) for o in originals]
    lsh = MinHashLSH(threshold=0.3, num_perm=128)
    for i, own in enumerate(known):
        lsh.insert(str(i), own)
    found: list[int | None] = []
    for one in asked:
        own = signature(one)
        near = [int(k) for k in lsh.query(own)]
        best = max(near, key=lambda i: known[i].jaccard(own), default=None)
        found.append(best if best is not None and known[best].jaccard(own) >= 0.3 else None)
    return found


def quality() -> None:
    """Recall and precision, in all and by language."""
    originals, chance = made(ORIGINALS), random.Random(5)
    copies = [republished(o, chance) for o in originals]
    others = made(2 * ORIGINALS)[ORIGINALS:]
    misses = [near_miss(o, other) for o, other in zip(originals, others, strict=True)]
    expected: list[int | None] = [*range(ORIGINALS), *[None] * ORIGINALS]
    asked = [*copies, *misses]
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/copies.db")
        store.upgrade()
        ways: dict[str, Callable[[], list[int | None]]] = {
            "ours": lambda: ours(originals, asked, store), "MinHash LSH": lambda: minhash(originals, asked),
        }  # fmt: skip
        print(
            f"{ORIGINALS:,} copies (half cut, new headline, boilerplate, other script) and {ORIGINALS:,} near misses in ten languages"
        )
        for name, way in ways.items():
            begun = perf_counter()
            found = way()
            took = perf_counter() - begun
            right = sum(f == e for f, e in zip(found, expected, strict=True) if e is not None)
            given = sum(f is not None for f in found)
            print(
                f"{name:12} recall {_interval(right, ORIGINALS)}  precision {_interval(right, given)}  {took:6.1f} s"
            )
            by_language: dict[str, list[bool]] = defaultdict(list)
            for one, f, e in zip(asked, found, expected, strict=True):
                if e is not None:
                    by_language[one.lang].append(f == e)
            print(
                "  recall by language: "
                + ", ".join(f"{lang} {sum(ok) / len(ok):.3f}" for lang, ok in sorted(by_language.items()))
            )


def growth(most: int, picture: Path | None) -> None:
    """Milliseconds for one article as the store grows. Random fingerprints, like those of other texts, fill it."""
    points: list[tuple[int, float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/growing.db")
        store.upgrade()
        done = 0
        for size in (s for s in SIZES if s <= most):
            _fill(store, done, size)
            done = size
            # So that only the lookup counts
            command = [sys.executable, "-m", "benchmarks.copies", "--ask", f"{folder}/growing.db"]
            took, peak = map(
                float, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
            )
            points.append((size, took, peak))
            print(f"{size:>9,} stored: {took:6.2f} ms an article, peak memory {peak:,.0f} MB", flush=True)
    print(f"the largest store takes {points[-1][1] / points[0][1]:.2f} times as long as the smallest")
    if picture:
        _draw(points, picture)


def ask(path: str) -> None:
    """Print the milliseconds for one article in a store, and the peak memory of this process in MB (Linux)."""
    asked = [(article_of(t, f"asked{n}"), reading(t)) for n, t in enumerate(made(ASKED))]
    with Store(f"sqlite:///{path}").write() as connection:
        for own in asked[:20]:
            DuplicateIndex(connection, [own], WINDOW).find(*own)
        begun = perf_counter()
        for own in asked:
            DuplicateIndex(connection, [own], WINDOW).find(*own)
        took = (perf_counter() - begun) / ASKED * 1000
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
    print(took, int(peak[1]) / 1024 if peak else 0)


def _fill(store: Store, done: int, size: int) -> None:
    """Fill the store up to a size, with sorted fingerprints, because that fills an index fastest."""
    chance = np.random.default_rng(size)
    with store.write() as connection:
        raw: Any = connection.connection.driver_connection
        connection.execute(text("SELECT 1"))
        columns = ", ".join(_row(0, Text("en", "", ""), reading(Text("en", "x", "x"))))
        empty = _row(0, Text("en", "", ""), reading(Text("en", "x", "x")))
        values = {**empty, "first_seen": "2025-11-28 12:00:00", "when": "2025-11-28 12:00:00"}
        for name in ("reasons", "evidence", "countries", "features", "words"):
            values[name] = "[]"
        marks = ", ".join("?" for _ in values)
        quoted = columns.replace("when", '"when"')
        rows = (
            tuple(
                (
                    {**values, "id": n, "url_key": str(n), "text_hash": str(n), "fingerprints": FILLING}
                ).values()
            )
            for n in range(done + 1, size + 1)
        )
        raw.executemany(f"INSERT INTO articles ({quoted}) VALUES ({marks})", rows)
        raw.execute("PRAGMA cache_size = -1000000")
        hashes = chance.integers(0, 2**32, (size - done) * FILLING, dtype=np.uint64)
        owners = np.repeat(np.arange(done + 1, size + 1, dtype=np.uint64), FILLING)
        order = np.argsort(hashes, kind="stable")
        for low in range(0, len(order), 1_000_000):
            part = order[low : low + 1_000_000]
            pairs = zip(hashes[part].tolist(), owners[part].tolist(), strict=True)
            raw.executemany("INSERT OR IGNORE INTO fingerprints (hash, article_id) VALUES (?, ?)", pairs)


def _draw(points: Sequence[tuple[int, float, float]], picture: Path) -> None:
    """Draw the curve of time and peak memory."""
    figure, left = plt.subplots(figsize=(7, 3.6))
    sizes = [p[0] for p in points]
    left.plot(sizes, [p[1] for p in points], marker="o", color="#0b6aa2", label="milliseconds an article")
    left.set(
        xscale="log",
        xlabel="articles in the store",
        ylabel="milliseconds an article",
        ylim=(0, max(p[1] for p in points) * 1.6),
    )
    right = left.twinx()
    right.plot(
        sizes, [p[2] for p in points], marker="s", linestyle=":", color="#b3261e", label="peak memory, MB"
    )
    right.set(ylabel="peak memory, MB", ylim=(0, max(p[2] for p in points) * 1.6))
    lines = [*left.get_lines(), *right.get_lines()]
    left.legend(lines, [str(line.get_label()) for line in lines], frameon=False, loc="upper left")
    figure.tight_layout()
    figure.savefig(picture, metadata={"Date": None})


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=SIZES[-1], help="the largest store")
    parser.add_argument("--picture", type=Path, help="draw the curve into this file")
    parser.add_argument(
        "--quality", action="store_true", help="only what is found, not how fast in a large store"
    )
    parser.add_argument(
        "--repeats", type=int, default=20, help="how often each kind of edited copy and other news comes"
    )
    parser.add_argument("--ask", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.ask:
        ask(chosen.ask)
        return
    quality()
    hostile(chosen.repeats)
    if not chosen.quality:
        growth(chosen.most, chosen.picture)


if __name__ == "__main__":
    main()
