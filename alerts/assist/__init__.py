"""What machine assistants are asked about, and what their opinions change."""
