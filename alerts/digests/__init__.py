"""A digest: its values, its words, its HTML and text, its mail, outgoing feeds."""
