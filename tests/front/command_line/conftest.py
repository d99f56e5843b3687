"""Fixtures: the program in this process."""

import pytest

from emulator.front.command_line import main


@pytest.fixture
def run(sms_server, capsys, monkeypatch):
    """Runs a command against the server: gives exit status, output and error text."""
    monkeypatch.setenv("SMS_VOICE_EMULATOR_URL", sms_server.endpoint_url)

    def command(*arguments):
        try:
            status = main(list(arguments))
        except SystemExit as end:
            status = end.code
        return (status, *capsys.readouterr())

    return command
