"""The ways in: a server, a mock in this process, pytest fixtures. The only code that knows a socket or a thread."""
