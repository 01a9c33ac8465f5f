"""Who is let through, how often, and in what time: secrets, origins, rates, a steady answer."""
