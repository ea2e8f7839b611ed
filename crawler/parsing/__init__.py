"""From bytes to the model: feeds, sitemaps, list pages, article pages, addresses, dates."""
