"""The API: the console's data as JSON for programs, documented by OpenAPI."""
