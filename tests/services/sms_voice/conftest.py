"""A client of sms-voice with the guide's additions."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import botocore.loaders
import pytest

OVERLAYS = Path(__file__).resolve().parents[3] / "botocore_models"
MODELS = botocore.loaders.create_loader(str(OVERLAYS))
"""Shared by all clients: reading the models takes longer than most tests."""


@pytest.fixture
def guide_client(client):
    """The client that `boto3.client("sms-voice")` makes once AWS_DATA_PATH names the overlays."""
    return client("sms-voice", models=MODELS)


@pytest.fixture
def webhook():
    """`webhook(status)`: an address that answers every POST with it, and the list of the bodies received."""
    servers = []

    def listen(status):
        heard = []

        class Hook(BaseHTTPRequestHandler):
            def do_POST(self):
                heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        server = HTTPServer(("127.0.0.1", 0), Hook)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        return f"http://127.0.0.1:{server.server_port}/events", heard

    yield listen
    for server in servers:
        server.shutdown()
        server.server_close()
