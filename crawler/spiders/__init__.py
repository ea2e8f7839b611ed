"""What is fetched: feeds, sitemaps, list pages, search feeds and article pages, by one Scrapy spider."""
