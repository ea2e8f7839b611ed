"""Words that the store and the configuration have as codes or short English words: marked for the catalogues, said by `Words.said`.

A test holds each list against the code that makes the words.
"""

from __future__ import annotations

from alerts.digests.wording import N_

DELIVERY_STATES = (N_("pending"), N_("sent"), N_("failed"), N_("dropped"), N_("merged"), N_("split"))
DELIVERY_FAILURES = (
    N_("unreachable"), N_("temporary"), N_("greylisted"), N_("throttled"), N_("in doubt"), N_("unknown address"),
    N_("rejected"), N_("too large"), N_("forbidden"), N_("gone"), N_("suppressed"),
)  # fmt: skip
SOURCE_STANDINGS = (
    N_("failing"), N_("silent"), N_("late"), N_("not asked yet"), N_("on time"), N_("paused"),
)  # fmt: skip
POLL_OUTCOMES = (N_("ok"), N_("unchanged"), N_("failed"), N_("not asked yet"))
POLL_FAILURES = (
    N_("refused"), N_("unreachable"), N_("dns"), N_("timeout"), N_("broken"), N_("tls"), N_("encoding"), N_("address"),
    N_("too large"), N_("busy"), N_("error"), N_("guard"), N_("not a feed"), N_("not a sitemap"), N_("empty"), N_("selector"), N_("kind"),
    N_("certificate pin"), N_("certificate name"), N_("certificate expired"), N_("certificate self-signed"),
    N_("certificate issuer"),
)  # fmt: skip
CAUSES_OF_FAILURE = (
    N_("no secure connection could be made"),
    N_("no whole answer in time"),
    N_("the address cannot be read"),
    N_("the answer is larger than crawl.max_size"),
    N_("the answer is no HTTP"),
    N_("the answer is not compressed as it says"),
    N_("the answer was cut short"),
    N_("the answer's headers are too large"),
    N_("the certificate has expired"),
    N_("the certificate is for another name"),
    N_("the certificate is from an authority that is not known"),
    N_("the certificate is not valid"),
    N_("the certificate is not valid yet"),
    N_("the certificate is signed by itself; nobody vouches for it"),
    N_("the connection broke before an answer came"),
    N_("the connection broke in the middle of the answer"),
    N_("the connection broke while asking"),
    N_("the host cannot be reached"),
    N_("the host name is unknown"),
    N_("the host refuses the connection"),
    N_("the answer is empty"),
    N_("the answer is a web page (HTML), not a feed"),
)
"""What is told of a failed poll, where it is a fixed sentence; others are shown as they are."""
SOURCE_PROBLEMS = (
    N_("gone"), N_("given up"), N_("failing"), N_("silent"), N_("volume fell"), N_("volume rose"), N_("wall"),
    N_("extraction"), N_("clock"), N_("moved"), N_("cut"), N_("wrong 304"), N_("language silent"), N_("country silent"),
)  # fmt: skip
SOURCE_KINDS = (N_("feed"), N_("sitemap"), N_("listing"), N_("search"))
WAYS_OF_DISCOVERY = (
    N_("the address itself"), N_("the page links to it"), N_("the page mentions it"), N_("robots.txt names it"),
    N_("the usual place"),
)  # fmt: skip
CORRECTIONS = (
    N_("not relevant"), N_("relevant"), N_("wrong topic"), N_("wrong base"), N_("wrong language"),
)  # fmt: skip
READERS_SAY = (N_("not for me"), N_("more like this"))
ALERT_KINDS = {
    "new_base": N_("new base"), "update": N_("new stage"), "story": N_("story"), "article": N_("report"),
    "correction": N_("correction"), "old": N_("old news"),
}  # fmt: skip
CHANGES_OF_STORIES = {
    "merge": N_("Story %(other)s was merged into story %(story)s"),
    "split": N_("Story %(other)s was split off story %(story)s"),
    "released": N_("A report left story %(story)s: it is no copy of one in story %(other)s"),
    "moved": N_("Reports of story %(story)s moved to story %(other)s"),
}
CHANGES_OF_BASES = (N_("rename"), N_("merge"), N_("split"))
FACTS = (N_("stage"), N_("cities"), N_("date"), N_("partners"), N_("figures"))
REASONS_OF_RELEVANCE = (
    N_("parties side by side"), N_("words of cooperation"), N_("nothing said of cooperation"), N_("a party only in passing"),
    N_("words of agreement"), N_("both parties in the headline"), N_("both parties early"),
    N_("dispute, crime, sport or festival"), N_("about another power"),
)  # fmt: skip
ACTORS = (N_("command line"), N_("operator"), N_("rejudging"), N_("somebody"), N_("local"))
AUDIT_TARGETS = (N_("everywhere"), N_("here"), N_("all that failed"), N_("all"))
AUDIT_ACTIONS = (
    N_("base: rename"), N_("base: merge"), N_("base: split"), N_("topic: apply"), N_("topic: delete"), N_("topic: rename"),
    N_("terms: apply"), N_("term: delete"), N_("term: rename"), N_("configuration: undo"), N_("source: add"),
    N_("sources: import"), N_("source: pause"), N_("source: resume"), N_("source: change"), N_("source: remove"), N_("source: ask"), N_("subscription: add"), N_("subscription: pause"), N_("subscription: resume"),
    N_("subscription: save"), N_("subscription: remove"), N_("subscription: test"), N_("delivery: retry"),
    N_("delivery: drop"), N_("delivery: resume"), N_("story: pin"), N_("story: unpin"), N_("story: merge"),
    N_("story: split"), N_("story: undo"), N_("story: release"), N_("story: label"), N_("entries: retry"), N_("entries: drop"),
    N_("unit: retry"), N_("unit: drop"), N_("operator: add"), N_("operator: password"), N_("operator: second factor off"),
    N_("operator: second factor on"), N_("operator: link"), N_("operator: remove"), N_("operator: sign out"),
    N_("operator: disable"), N_("operator: enable"), N_("was refused: disabled"), N_("was refused: no role"), N_("store: restore"),
    N_("token: add"), N_("token: remove"), N_("signed in"), N_("signed out"), N_("failed to sign in"),
    N_("ended a session"), N_("changed the password"), N_("forget"), N_("first step: skip"),
)  # fmt: skip
