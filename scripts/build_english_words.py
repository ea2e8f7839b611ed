"""Builds data/english_words.json: English words that texts write in small letters, so that a capital makes no name of them.

From WordNet 3.0 (Debian's wordnet-base), without what people and places are called, with words of grammar and of today's news:
python scripts/build_english_words.py dict/
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from scripts.build_personal_names import ROOT, dictionary

FURTHER = "an the and or nor but if of to in on at by for from with without into onto upon between among amid amongst against about above across after along around as before behind below beneath beside besides beyond despite during except inside like near off out outside over past per since than through throughout till toward towards under underneath until up via versus within while whereas whether because although though unless is are was were be been being has have had do does did will would shall should can could may might must he she it they we you his her its their our your him them us me my mine this that these those which who whom whose what when where why how not no yes also both each every either neither all any some none many much more most few fewer less least other another such same own so too very just only even still yet already again ever never there here then thus hence therefore however moreover furthermore meanwhile nevertheless"
"""Words of grammar, which WordNet has not."""
NEWS = "blockchain broadband carbon cybersecurity cyber dataset digital digitalisation digitalization digitization e-commerce ecotourism email entrepreneurship expo fintech geothermal halal halal-certified infrastructure internet logistics megawatt mou multilateral online photovoltaic postgraduate renminbi renewable renewables satellite semiconductor smartphone solar startup startups subregion subregional supercomputer supply traceability underway upgrade upskilling vocational website webinar workforce yuan ringgit rupiah baht kip kyat riel dong peso"
"""Words that came into use after it, or that its texts lack."""
SHORTEST, SHORTEST_RARE = 2, 5


def names() -> set[str]:
    """What people and places are called, in small letters: such a word with a capital is a name."""
    data = ROOT / "crawler" / "data"
    people = json.loads((data / "personal_names.json").read_text(encoding="utf-8"))
    listed = {*people["given"].split(), *people["family"].split()} - set(people["family_words"].split())
    places = json.loads((data / "places.json").read_text(encoding="utf-8"))
    called = [name for city in places["cities"] for name in (city["name"], *city["names"])]
    called += [name for of_country in places["provinces"].values() for name in of_country]
    return listed | {name.lower() for name in called}


def main(wordnet: Path) -> None:
    """Writes the table from WordNet's files."""
    every, used = dictionary(wordnet)
    rare = {w for w in every - used - names() if len(w) >= SHORTEST_RARE}
    words = sorted(
        w for w in used | rare | {*FURTHER.split(), *NEWS.split()} if len(w) >= SHORTEST and w.isascii()
    )
    target = ROOT / "crawler" / "data" / "english_words.json"
    target.write_text(json.dumps({"words": " ".join(words)}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
