"""How Roundwatch is installed and kept running: containers, systemd, and the same natively."""
