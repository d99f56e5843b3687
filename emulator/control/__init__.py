"""The control API: commands for tests and tools, one module per resource."""
