"""What two parties have in common by name: forums, summits and programmes of exactly these two (``data/joint.yaml``)."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.judging.parties import Parties
from crawler.judging.territories import countries_of
from crawler.runtime.data_tables import table


def joint_names_of(parties: Parties) -> Iterator[str]:
    """The names of what belongs to both sides of some parties."""
    for pair in table("joint.yaml")["pairs"]:
        for one, other in ((parties.ours, parties.theirs), (parties.theirs, parties.ours)):
            # A forum of Africa is one of each country of it.
            if one.countries <= countries_of(pair["of"]) and other.countries <= countries_of(pair["and"]):
                yield from map(str, pair["names"])
                break
