"""What is on file, to be taken away: as CSV for spreadsheets, as Markdown for people."""
