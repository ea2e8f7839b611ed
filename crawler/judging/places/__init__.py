"""Where: the gazetteer, places in a text, where an event takes place, towns of China."""
