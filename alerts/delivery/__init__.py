"""From alerts to inboxes: due digests, the outbox, sending, receipts, breakers, rates."""
