"""The page of all ratios, `docs/project/benchmarks.md`, and what is to be told of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from benchmarks.watched.ratio import MOST, Ratio
from benchmarks.watched.record import Figures, Record

MADE = "<!-- Made by `make bench-all`; changes here are lost. -->"
INTRODUCTION = f"""\
Each figure says how many times as good ours is as what stands beside it: 2 is twice as fast, half as large, or twice as often
right. Times are processor time of all processes of a program together, taken in turn with the peers, unless another is said. The
median of the repeats counts; their range is in brackets. Sizes are small, so that all of it takes some ten minutes on two cores
without other work; loading the program weighs heavily in them (most of the first poll of 50 feeds). The same benchmarks at full
size have tasks of their own (`make` lists them).

`make bench-all` measures anew and holds each ratio against the run that was kept. It ends with status 1 if a ratio fell by more
than {MOST:.0%} and its best repeat is below the worst one kept, or if a benchmark failed. `make bench-all KEEP=1` keeps the run:
do so with each release. `make bench-all ONLY="matching sending"` measures some."""


def trouble(figures: Figures, names: list[str]) -> tuple[list[str], list[str]]:
    """What is wrong with the newest runs, and what is only to be known of them, each as a line.

    Wrong is a ratio that fell and a benchmark that failed. To be known is a fall within the range of the repeats, a peer that is
    missing, and a ratio of the kept run that was not measured.
    """
    wrong, known = [], []
    for name in names:
        record, base = figures.last[name], figures.base.get(name)
        if record.failed:
            wrong.append(f"{name} failed: {record.failed}")
        known += [f"{name} lacks {missing}" for missing in record.missing]
        kept = {ratio.key: ratio for ratio in base.ratios} if base else {}
        for ratio in record.ratios:
            old = kept.pop(ratio.key, None)
            verdict = ratio.beside_base(old)
            if old and verdict == "fallen":
                wrong.append(f"{name}: {_fall(ratio, old)}")
            elif old and verdict == "within its range":
                known.append(f"{name}: {_fall(ratio, old)}, within the range of its repeats")
        known += [f"{name}: {old.name} beside {old.beside} was not measured" for old in kept.values()]
    return wrong, known


def _fall(ratio: Ratio, old: Ratio) -> str:
    return (
        f"{ratio.name} beside {ratio.beside} ({ratio.of}) fell by {1 - ratio.median / old.median:.0%},"
        f" from {old} to {ratio}"
    )


def page(figures: Figures, without: Mapping[str, str]) -> str:
    """The page in Markdown.

    Args:
        figures: the newest run and the one that was kept.
        without: benchmarks that compare with nothing, and why.
    """
    wrong, known = trouble(figures, sorted(figures.last))
    lines = ["# Benchmarks beside others", "", MADE, "", INTRODUCTION, "", _kept_of(figures)]
    lines += ["", "## Ratios", ""]
    lines += ["| benchmark | measured | beside | of | now | kept | |", "|---|---|---|---|---:|---:|---|"]
    lines += [row for name in sorted(figures.last) for row in _rows(name, figures)]
    for title, told in (
        ("Fallen or failed", wrong),
        ("Not measured, or within the range of its repeats", known),
    ):
        lines += ["", f"## {title}", "", *([f"- {line}" for line in told] or ["Nothing."])]
    lines += ["", "## The runs", "", "| benchmark | now | kept |", "|---|---|---|"]
    lines += [
        f"| {name} | {_run(record)} | {_run(figures.base.get(name))} |"
        for name, record in sorted(figures.last.items())
    ]
    if any(record.load[0] > record.load[1] for record in figures.last.values()):
        lines += ["", "Others used the machine: more processes wanted a core than there are. Ratios of processor time hold on such"
                  " a machine, within a wider range. What is measured by the clock says so, and holds only on a machine without other work."]  # fmt: skip
    lines += ["", "## Benchmarks without a peer", ""]
    lines += ["These have no ratio to anything, and are not part of this page.", ""]
    lines += [f"- `benchmarks/{name}.py`: {why}." for name, why in sorted(without.items())]
    return "\n".join(lines) + "\n"


def _kept_of(figures: Figures) -> str:
    """Of which states of the source the kept runs are, the newest first."""
    states: dict[tuple[str, str], int] = {}
    for record in figures.base.values():
        state = record.taken, record.commit
        states[state] = states.get(state, 0) + 1
    if not states:
        return "No run is kept yet."
    said = [
        f"{commit or 'an unknown state'} ({count} on {day})"
        for (day, commit), count in sorted(states.items(), reverse=True)
    ]
    return "The kept runs are of these commits (+: files were changed since):\n" + ",\n".join(said) + "."


def _rows(name: str, figures: Figures) -> Iterator[str]:
    base = figures.base.get(name)
    kept = {ratio.key: ratio for ratio in base.ratios} if base else {}
    for ratio in figures.last[name].ratios:
        old = kept.get(ratio.key)
        verdict = ratio.beside_base(old)
        shown = "" if verdict == "as before" else f"**{verdict}**" if verdict == "fallen" else verdict
        yield f"| {name} | {ratio.name} | {ratio.beside} | {ratio.of} | {ratio} | {old or '–'} | {shown} |"


def _run(record: Record | None) -> str:
    if record is None:
        return "–"
    state = f", {record.commit}" if record.commit else ""
    load, cores = record.load
    return f"{record.taken}{state}, {record.seconds:.0f} s, load {load:g} on {cores} cores"
