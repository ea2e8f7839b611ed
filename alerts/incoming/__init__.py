"""Mails that come back: bounces, complaints, and readers who unsubscribe by mail."""
