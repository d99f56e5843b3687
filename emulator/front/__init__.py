"""The front ends: a server, an in-process mock, pytest fixtures. Only this code knows about sockets and threads."""
