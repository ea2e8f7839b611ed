"""Who somebody is: operators, passwords, second factors, tokens, signed links, and the log of what they did."""
