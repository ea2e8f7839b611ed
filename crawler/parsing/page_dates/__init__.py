"""When the article of a page was published: what its metadata, its lines and its address claim, and which claim is right.

`decide.date_of_page` asks all of them. Each claim is read by the parser of `crawler.parsing.dates`.
"""
