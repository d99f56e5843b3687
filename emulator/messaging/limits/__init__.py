"""Limits on how much, how fast and how often an account may send."""
