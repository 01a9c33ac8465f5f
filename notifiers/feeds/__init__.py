"""What is fetched rather than sent: feeds and a calendar."""
