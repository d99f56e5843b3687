"""
The journal: each entry through a door of the engine, kept before its answer leaves; and a snapshot every so often.

`entries` says what an entry is, `engine` and `replay` write and repeat them, `journal` groups them into commits of a
store: `sqlite`, or `postgres`. `snapshots` takes the state apart.
"""

SNAPSHOT_EVERY = 10_000
"""Entries between two snapshots, by default."""
