"""From the network to a stored, judged article. Usable alone; never imports ``alerts``."""
