"""What a round says in sum, as sentences made from the facts alone: never from a model."""
