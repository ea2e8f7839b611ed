"""From fetched answers to stored entries and judged articles, once each."""
