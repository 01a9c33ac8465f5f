"""Mail that came back: what a report says, and what it means."""
