"""One-time codes: how they are made, sent and checked."""
