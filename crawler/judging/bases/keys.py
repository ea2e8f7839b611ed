"""The keys by which reports of one base meet, whatever their language."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence


def key_of(
    kind: str,
    cities: Sequence[str],
    countries: Sequence[str],
    name: str,
    *,
    provinces: Sequence[str] = (),
    fields: Iterable[str] = (),
) -> str:
    """A key that reports in different languages agree on where they name the same places and fields; else the name decides.

    Args:
        kind: what kind of base it is.
        cities: where it lies.
        countries: whose it is.
        name: what it is called.
        provinces: where it lies, if no city is known.
        fields: what it is for, as its name says.
    """
    # Places and fields have one English name in all languages, the names of bases do not.
    ground = "|".join(sorted(cities) or sorted(provinces)) or "|".join(countries) or name.casefold()
    # Bases of one town are told apart by what they are for.
    purpose = "|".join(sorted(fields))
    whole = f"{ground}#{purpose}" if purpose else ground
    return f"{kind}-{hashlib.blake2b(whole.encode(), digest_size=4).hexdigest()}"
