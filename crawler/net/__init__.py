"""How things are fetched: the guard against private addresses, the reactor, limits and politeness."""
