"""Fixtures: the addresses that a test has tried to reach."""

import socket

import pytest


@pytest.fixture(autouse=True)
def sockets(monkeypatch):
    """The addresses that anything tried to connect to."""
    tried = []

    def connect(self, address):
        tried.append(address)
        raise ConnectionRefusedError(f"a test tried to reach {address}")

    monkeypatch.setattr(socket.socket, "connect", connect)
    return tried
