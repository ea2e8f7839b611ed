"""Subscriptions and their readers: what is remembered of each, whose an address is, who gets no mail."""
