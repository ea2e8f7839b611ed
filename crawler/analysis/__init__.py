"""What looks back over stored history: backtests, judging again, labels, lags, exports, archives of evidence."""
