"""Sets of positions as bits of one integer: intersections and counts of many thousand stories take microseconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def of_positions(positions: Sequence[int], length: int) -> int:
    """The set of some positions.

    Args:
        positions: in any order, also several times.
        length: the number of positions there are.
    """
    if not positions:
        return 0
    mask = np.zeros(length, np.bool_)
    mask[positions] = True
    return of_mask(mask)


def of_mask(mask: Any) -> int:
    """The set of the positions at which an array of truth values is true."""
    return int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little")


def positions_in(bits: int, length: int) -> Any:
    """The positions of a set, in order, as an array.

    Args:
        bits: the set.
        length: the number of positions there are.
    """
    whole = bits.to_bytes((length + 7) // 8, "little")
    return np.flatnonzero(np.unpackbits(np.frombuffer(whole, np.uint8), bitorder="little")[:length])
