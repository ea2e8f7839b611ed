"""What an entry costs while one thing grows: stored entries, news in the window, proofs of a base, copies, subscriptions."""
