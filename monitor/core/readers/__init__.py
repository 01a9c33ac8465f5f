"""What holds for readers: addresses, choices, hours, and how often a letter may go."""
