"""The commands that the alerts add to the crawler's, one file for each noun."""
