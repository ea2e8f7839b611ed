"""What looks back over alerts: why one was raised or not, and what a change would have done."""
