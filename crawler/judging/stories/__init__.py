"""Stories: how alike two reports are, which of them are one event, which are copies."""
