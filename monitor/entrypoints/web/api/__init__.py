"""The archive for programs: one file for each noun under `/api/v1`, and how all are described."""
