"""The units of work of many machines: poll sources, fetch pages, judge. What comes next is enqueued with what is stored.

Each may run twice, late, or on another machine: what it is about is in the store, and what is done already is left alone.
"""
