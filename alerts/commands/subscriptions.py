"""``subscriptions``: who hears of what, when, and what the next message would be."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from alerts.channels.maildir import write_durably
from alerts.commands.changing import remove_subscription, set_subscription
from alerts.delivery.dispatch import preview, put_test
from alerts.delivery.send import Sender
from alerts.digests.message import OutgoingMessage, RenderedMessage, compose, domain_of
from alerts.identity.links import links_of
from alerts.readers.forget import forget
from alerts.subscriptions import reader_feedback, subscriptions
from crawler.commands.context import (
    FAILURES,
    ConfigOption,
    JsonOption,
    counted,
    err,
    open_existing,
    open_or_create,
    out,
    print_json,
    print_table,
    print_written,
)
from crawler.config.mail_addresses import each_address
from crawler.config.section_advice import subscription_advice
from crawler.runtime.clock import now

subscriptions_app = typer.Typer(no_args_is_help=True, help="Who hears of what, when.")
SubscriptionName = Annotated[str, typer.Argument(help="The subscription's name.")]


@subscriptions_app.command("list")
def list_subscriptions(config: ConfigOption = None, json: JsonOption = False) -> None:
    """All subscriptions, also those of people who have signed up and not yet confirmed."""
    settings, store = open_existing(config)
    with store.write() as connection:
        subscriptions.register(connection, settings, now())
        found = subscriptions.load_subscriptions(connection, settings, include_unconfirmed=True)
    rows = [
        {
            "name": k.subscription.name, "when": str(k.subscription.when), "zone": settings.zone_of(k.subscription),
            "channel": k.subscription.channel, "to": list(k.subscription.to), "topics": [*k.subscription.topics, *(f"not {t}" for t in k.subscription.except_topics)],
            "paused": k.paused, "since": k.since, "from": "config.yaml" if not k.added else "command" if k.confirmed else "unconfirmed",
        }
        for k in found
    ]  # fmt: skip
    if json:
        print_json(rows)
    elif rows:
        paused = sum(k.paused for k in found)
        summary = counted(len(rows), "subscription", "subscriptions") + (
            f", {paused} paused" if paused else ""
        )
        print_table("Subscriptions", tuple(rows[0]), [list(r.values()) for r in rows], summary=summary)
    else:
        out.print(
            "No subscriptions. Add one: aseanwatch subscriptions add NAME --to ADDRESS --topic TOPIC --when 'daily 07:30'"
        )


@subscriptions_app.command("add")
def add_subscription(
    name: SubscriptionName,
    to: Annotated[list[str] | None, typer.Option("--to", help="An address; may be repeated.")] = None,
    topic: Annotated[
        list[str] | None, typer.Option("--topic", help="A topic; may be repeated. Without: all.")
    ] = None,
    except_topic: Annotated[
        list[str] | None,
        typer.Option(
            "--except-topic", help="Not this topic; may be repeated. All others come, new ones too."
        ),
    ] = None,
    lang: Annotated[
        list[str] | None, typer.Option("--lang", help="Only this language; may be repeated.")
    ] = None,
    country: Annotated[
        list[str] | None,
        typer.Option("--country", help="Only this country, group or region; may be repeated."),
    ] = None,
    asean_wide: Annotated[
        bool,
        typer.Option(
            help="With --country: also what concerns ASEAN as a whole, or several members together."
        ),
    ] = True,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Only this source; may be repeated.")
    ] = None,
    least_score: Annotated[
        float, typer.Option("--least-score", min=0, max=1, help="Only reports that score at least this.")
    ] = 0.0,
    when: Annotated[
        str, typer.Option("--when", help="instant, hourly, daily HH:MM or weekly mon HH:MM.")
    ] = "instant",
    timezone: Annotated[str | None, typer.Option("--timezone", help="Such as Asia/Jakarta.")] = None,
    quiet: Annotated[
        str | None, typer.Option("--quiet", help="Hours in which nothing instant comes, such as 22:00-07:00.")
    ] = None,
    day_off: Annotated[
        list[str] | None, typer.Option("--day-off", help="A day on which nothing comes, such as sat.")
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, max=200, help="Most stories in one digest.")] = 40,
    language: Annotated[str, typer.Option("--language", help="Of the frame: en, id, vi, th or zh.")] = "en",
    original_only: Annotated[
        bool, typer.Option("--original-only", help="Without machine translations and briefs.")
    ] = False,
    channel: Annotated[
        str, typer.Option("--channel", help="email, or a channel of the configuration.")
    ] = "email",
    config: ConfigOption = None,
) -> None:
    """Add a subscription. It gets what is new from now on."""
    settings, store = open_or_create(config)
    values: dict[str, Any] = {
        "name": name, "to": [one for text in to or () for one in each_address(text)], "topics": topic or (), "except_topics": except_topic or (), "languages": lang or (), "countries": country or (),
        "asean_wide": asean_wide, "sources": source or (), "least_score": least_score, "when": when, "timezone": timezone, "quiet": quiet,
        "days_off": day_off or (), "most": most, "language": language, "original_only": original_only, "channel": channel,
    }  # fmt: skip
    with store.write() as connection:
        subscriptions.register(connection, settings, now())
        added = subscriptions.add(connection, settings, values, now())
    out.print(f"{name} added", markup=False)
    for doubt in subscription_advice(settings, added):
        err.print(f"warning: {doubt}", markup=False, soft_wrap=True)


@subscriptions_app.command("feedback")
def list_feedback(
    name: Annotated[str | None, typer.Argument(help="Only of this subscription. Without: of all.")] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """What readers said of stories by the links in their digests: how many, never who."""
    settings, store = open_existing(config)
    with store.read() as connection:
        if name is not None:
            subscriptions.find_subscription(connection, settings, name)
        found = reader_feedback.listed(connection, subscription=name)
    rows = [f._asdict() for f in found]
    if json:
        print_json(rows)
    elif rows:
        summary = counted(len(rows), "row", "rows")
        print_table("What readers said", tuple(rows[0]), [list(r.values()) for r in rows], summary=summary)
    else:
        out.print("No reader said anything yet.")


@subscriptions_app.command("pause")
def pause_subscription(
    name: SubscriptionName,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on again; what was missed comes with the next digest.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Stop a subscription for a while, or resume it."""
    settings, store = open_or_create(config)
    with store.write() as connection:
        subscriptions.register(connection, settings, now())
        subscriptions.set_paused(connection, name, paused=not resume)
    out.print(f"{name} {'resumed' if resume else 'paused'}", markup=False)


subscriptions_app.command("set")(set_subscription)
subscriptions_app.command("remove")(remove_subscription)


@subscriptions_app.command("forget")
def forget_person(
    address: Annotated[str, typer.Argument(help="The mail address of the person.")],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Remove a person everywhere and leave a proof. Backups and mails that were sent are not reached."""
    settings, store = open_existing(config)
    done = forget(store, settings, address, "command line", now())
    if json:
        print_json({"proof": done.proof, "changed": done.changed})
        return
    changes = ", ".join(f"{n} {name}" for name, n in done.changed.items() if n) or "nothing was there"
    out.print(f"forgotten: {changes}; proof {done.proof} stands in the audit log", markup=False)


@subscriptions_app.command("preview")
def preview_subscription(
    name: SubscriptionName,
    output: Annotated[
        Path, typer.Option("--output", help="A folder for NAME.html, NAME.txt and NAME.eml.")
    ] = Path("preview"),
    config: ConfigOption = None,
) -> None:
    """Render the next digest to files, as if it were due now; nothing is sent."""
    settings, store = open_existing(config)
    with store.write() as connection:
        subscriptions.register(connection, settings, now())
        one = subscriptions.find_subscription(connection, settings, name)
        rendered = preview(connection, settings, one, now())
        to = (*subscriptions.load_recipients(connection, one.subscription), f"{name}@localhost")[0]
    moment = now()
    message = RenderedMessage(
        name, settings.delivery.sender, moment, rendered, "digest", one.subscription.language
    )
    mail = compose(OutgoingMessage(f"<preview-{name}@{domain_of(settings.delivery.sender)}>", to, message))
    # The mail names its readers, so that the files are for their owner alone.
    output.mkdir(mode=0o700, parents=True, exist_ok=True)
    for ending, content in (("html", rendered.html.encode()), ("txt", rendered.text.encode()), ("eml", mail)):
        write_durably(output, f"{name}.{ending}", content, output, 0o600)
    files = [output / f"{name}.{ending}" for ending in ("html", "txt", "eml")]
    print_written(f"{rendered.subject}\n{', '.join(map(str, files))} written", *files, to=out)


@subscriptions_app.command("test")
def test_subscription(
    name: SubscriptionName,
    to: Annotated[
        str | None, typer.Option("--to", help="Send it there; without: to the subscription's readers.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Send the next digest at once, marked as a test. What it tells counts as told to nobody."""
    settings, store = open_or_create(config)
    links = links_of(settings, store)
    with store.write() as connection:
        subscriptions.register(connection, settings, now())
        one = subscriptions.find_subscription(connection, settings, name)
        moment = now()
        number, subject = put_test(connection, settings, links, one, to, moment)
    with closing(Sender(store, settings)) as sender:
        done = sender.send_due(now())
    out.print(
        f"digest {number}, {subject}: {done.sent} sent, {done.put_off + done.deferred} put off, {done.given_up} given up",
        markup=False,
    )
    if done.put_off or done.deferred or done.given_up:
        out.print("aseanwatch deliveries list says why")
        raise typer.Exit(FAILURES)
