"""notifiers speak: a digest is rendered once, and messages are handed to a mail server or a file.

They know `storage.records`, the plain vocabulary, and nothing else of the program.
"""

__part_of__ = "roundwatch"
