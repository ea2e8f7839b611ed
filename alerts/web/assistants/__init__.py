"""Read-only tools for assistants of others, by the Model Context Protocol (extra ``mcp``)."""
