"""What is news for whom, and when it is due."""
