"""RCS: content of messages, and launches of agents."""
