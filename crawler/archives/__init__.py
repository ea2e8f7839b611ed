"""News archives: files of pages or articles that others collected, read as if they had been polled when they were made."""
