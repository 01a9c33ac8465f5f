"""From news to mail: announce, draft, deliver, and what came of it."""
