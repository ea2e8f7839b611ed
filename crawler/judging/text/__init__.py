"""Text: normal forms, scripts, words, languages, numbers and dates, and terms found in one pass."""
