"""What a new topic would do, said on the terminal."""

from __future__ import annotations

from alerts.authoring.trying import NewTopicOutcome
from crawler.commands.context import counted, err, out

SHOWN_EVENTS = 5


def print_outcome(outcome: NewTopicOutcome, *, err_only: bool = False) -> None:
    """Say what a topic would do."""
    to = err if err_only else out
    change = outcome.change
    lines = [
        f"On {counted(outcome.tried, 'stored report', 'stored reports')} it catches"
        f" {counted(change.after, 'report', 'reports')} of {counted(len(change.events_after), 'event', 'events')}."
    ]
    lines += [
        f"  {p.article.lang_hint or '':3} {p.article.title}"
        for p in list(change.events_after.values())[-SHOWN_EVENTS:]
    ]
    if outcome.alerts:
        lines.append(
            f"{counted(len(outcome.alerts), 'alert', 'alerts')} would have been sent, by: {', '.join(outcome.subscriptions)}."
        )
    else:
        lines.append("No alert would have been sent: nobody who is subscribed gets it.")
    if (nearest := outcome.nearest) is not None:
        lines.append(
            f"The nearest topic is {nearest.name}: {nearest.shared} of {nearest.articles} match it too."
        )
    lines += [
        f"Hardly any news in {', '.join(gap.languages)} is found: {' and '.join(gap.things)}"
        f" {'has' if len(gap.things) == 1 else 'have'} no terms there. Give some ({gap.languages[0]}: …) under terms of the answers"
        " or of config.yaml; if other languages are enough, write lang: and theirs into the query."
        for gap in outcome.gaps
    ]
    lines += [f"Wrong: {line}" for line in outcome.broken]
    for line in lines:
        to.print(line, markup=False, soft_wrap=True)
