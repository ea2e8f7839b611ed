"""The crawler's commands, a file for each group; `crawler.cli` puts them together."""
