"""RCS content and agents."""
