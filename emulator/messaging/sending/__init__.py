"""From an accepted request to the last receipt."""
