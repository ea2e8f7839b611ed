"""Compare the fast feed parser with feedparser on a folder of feeds: ``python -m scripts.compare_parsers FOLDER``.

feedparser's source distribution has about two thousand (``pip download --no-binary :all: --no-deps feedparser``).
Prints each difference, and how many feeds the fast parser handled; exit status 1 if there is a difference.
"""

from __future__ import annotations

import sys
from pathlib import Path

from crawler.parsing import feedparser_feed, lxml_feed
from crawler.parsing.charsets import decode_xml
from crawler.parsing.feed_values import NeedsFallback

ADDRESS = "http://news.example/feeds/all.xml"


def main(folder: Path) -> int:
    files = sorted(
        p for p in folder.rglob("*") if p.suffix in (".xml", ".rss", ".atom", ".rdf") and p.is_file()
    )
    taken, different = 0, 0
    for path in files:
        text = decode_xml(path.read_bytes()).text
        try:
            fast = lxml_feed.parse(text.encode("utf-8", "replace"), url=ADDRESS)
        except NeedsFallback:
            continue
        taken += 1
        slow = feedparser_feed.parse(text, url=ADDRESS)
        if fast != slow:
            different += 1
            print(path)
            pairs = [("feed", (fast.lang, len(fast.items), slow.notes), (slow.lang, len(slow.items), ()))]
            pairs += [
                (f"item {i}", a, b) for i, (a, b) in enumerate(zip(fast.items, slow.items, strict=False))
            ]
            for what, a, b in pairs:
                if a != b:
                    print(f"  {what}\n    fast {a}\n    slow {b}")
    print(f"{len(files)} feeds, {taken} read the fast way, {different} differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
