"""An example of each extension of aseanwatch."""
