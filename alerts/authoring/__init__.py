"""A new topic, made by question and answer: one mechanism beneath the command and the pages of the console."""
