"""Mails that come back: bounces, complaints, and readers who want no more."""
