"""Benchmarks that compare with nothing, and why, so that none is passed over in silence."""

WITHOUT = {
    "archives": "shows what is told of ten years of archives; absolute counts",
    "chaos": "kills workers and counts what is lost",
    "component_speed": "the parts of `benchmarks/end_to_end.py` alone",
    "console": "seconds of each page over a large store",
    "crash": "kills the sender and counts what is lost or comes twice",
    "delay": "seconds from publication to inbox, by the clock",
    "desk_demo": "the console for people who do tasks",
    "desk_pictures": "takes pictures for the documentation",
    "desk_tasks": "steps and seconds of people's tasks in a browser",
    "fit_bases": "fits weights",
    "fit_likeness": "fits weights",
    "memory": "memory of each process at two sizes",
    "new_topics": "measures of five topics, which have no peer",
    "pictures": "draws",
    "reloads": "memory over twenty changes of the configuration",
    "server": "serves the feeds of other benchmarks",
    "sizing": "simulates from the figures of `benchmarks/workers.py`",
    "smtp_sink": "the mail server of other benchmarks",
    "soak": "memory over a simulated day",
    "starting": "compares with another release, which has to be installed (`make starting BESIDE=python`)",
    "topic_pages": "writes the pages of five topics",
    "weights": "moves each weight and shows what it changes",
}
"""By name of the module."""
