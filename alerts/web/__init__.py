"""The web pages: what readers do by the links in their mails, signing up, the archive, outgoing feeds."""
