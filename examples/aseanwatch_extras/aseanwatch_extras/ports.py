"""A judge: an article that names one of the region's great ports is news of seaports, in any spelling."""

from __future__ import annotations

from dataclasses import replace

from crawler.model import Article, Classification, Evidence, TopicMatch

TOPIC = "seaports"
PORTS = ("Tanjung Priok", "Laem Chabang", "Kuantan Port", "Qinzhou", "钦州港", "Hai Phong", "Sihanoukville")


def judge(article: Article, reading: Classification) -> Classification:
    """Add the topic if the article is relevant and names a port. Pure: the same article always gives the same result."""
    if not reading.relevance.relevant or any(t.name == TOPIC for t in reading.topics):
        return reading
    found = [
        Evidence(port, field, start, start + len(port))
        for field, text in (("title", article.title), ("text", article.text))
        for port in PORTS
        if (start := text.find(port)) >= 0
    ]
    if not found:
        return reading
    return replace(reading, topics=(*reading.topics, TopicMatch(TOPIC, 0.8, tuple(found))))
