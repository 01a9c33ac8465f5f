"""To a program: signed JSON."""
