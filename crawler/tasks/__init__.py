"""What a crawl does, as tasks: poll sources, fetch pages, judge. One engine does them in one process or in many workers.

Each task may run twice, late, or in another process: what it is about is in the store, and what is done already is left alone.
"""
