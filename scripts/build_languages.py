"""Builds crawler/data/latin_languages.npz: py3langid's model, reduced to the languages that we identify with it.

The model of all languages takes 100 MB to load and 55 MB to keep. This keeps only the pieces of words whose weight differs between
our languages, and puts them into a new automaton (Aho and Corasick, "Efficient String Matching", 1975). Each of its states reports
its longest piece, as in the original.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path

import numpy as np
from py3langid.langid import MODEL_DIR, MODEL_FILE
from py3langid.modelio import load_model

from crawler.judging.text.language import LATIN

DIFFERS = 2.5
"""A piece is kept if its log probability differs by at least this much between two of our languages."""
TARGET = Path(__file__).parent.parent / "crawler" / "data" / "latin_languages.npz"


def pieces_of(nextmove: np.ndarray, row: np.ndarray, out: np.ndarray) -> dict[bytes, int]:
    """A model's pieces of words with their features: the shortest path to a state of the automaton spells its piece."""
    spelled: list[bytes | None] = [None] * len(row)
    spelled[0] = b""
    waiting = deque([0])
    while waiting:
        state = waiting.popleft()
        targets = nextmove[row[state]]
        for byte in np.nonzero(targets)[0]:
            target = targets[byte]
            if spelled[target] is None:
                spelled[target] = (spelled[state] or b"") + bytes([byte])
                waiting.append(int(target))
    return {s: int(out[i]) for i, s in enumerate(spelled) if s and out[i] >= 0}


def automaton(pieces: dict[bytes, int]) -> tuple[np.ndarray, np.ndarray]:
    """The transitions and the output of each state."""
    children: list[dict[int, int]] = [{}]
    output = [-1]
    for piece, feature in pieces.items():
        state = 0
        for byte in piece:
            if byte not in children[state]:
                children[state][byte] = len(children)
                children.append({})
                output.append(-1)
            state = children[state][byte]
        output[state] = feature
    moves = np.zeros((len(children), 256), dtype=np.uint32)
    fails = [0] * len(children)
    waiting = deque([0])
    while waiting:
        state = waiting.popleft()
        if state:
            moves[state] = moves[fails[state]]
            if output[state] < 0:
                output[state] = output[fails[state]]
        for byte, child in children[state].items():
            fails[child] = int(moves[state][byte]) if state else 0
            moves[state][byte] = child
            waiting.append(child)
    return moves, np.array(output, dtype=np.int32)


def main() -> None:
    weights, prior, classes, nextmove, row, out = load_model(MODEL_DIR / MODEL_FILE)
    wanted = [i for i, c in enumerate(classes) if c in LATIN]
    own = weights[:, wanted].astype(np.float32)
    pieces = pieces_of(
        np.frombuffer(nextmove, dtype=np.uint32).reshape(-1, 256), np.array(row), np.array(out)
    )
    spread = own.max(axis=1) - own.min(axis=1)
    kept = sorted({f for f in pieces.values() if spread[f] >= DIFFERS})
    number = {f: i for i, f in enumerate(kept)}
    moves, output = automaton({p: number[f] for p, f in pieces.items() if f in number})
    rows, row_of = np.unique(moves, axis=0, return_inverse=True)
    if len(moves) >= 1 << 16:
        raise SystemExit(f"{len(moves)} states are too many for 16 bits; raise DIFFERS")
    np.savez_compressed(
        TARGET, weights=own[kept].astype(np.float16), prior=np.asarray(prior)[wanted], classes=np.array([classes[i] for i in wanted]),
        rows=rows.astype(np.uint16).ravel(), row_of=row_of.ravel().astype(np.uint16), output=output,
    )  # fmt: skip
    print(f"{len(kept)} pieces, {len(moves)} states, {len(rows)} rows, {TARGET.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
