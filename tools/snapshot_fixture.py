"""
Write the snapshot of this version that tests of later versions start from.

Run it before a release, and never for a version that was released: whoever upgrades from that has its snapshots.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from emulator import __version__
from emulator.control.command import execute
from emulator.front.keeping import open_folder
from emulator.journal.files import export
from emulator.journal.migrations import SCHEMA
from emulator.testing import HANDSET
from emulator.wire.http import Request

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "journal" / "released"
START = datetime(2026, 1, 1, tzinfo=timezone.utc)
CONFIG = {
    "phone_numbers": [
        {
            "phone_number": "+12065550100",
            "iso_country_code": "US",
            "message_type": "TRANSACTIONAL",
            "number_capabilities": ["SMS"],
            "number_type": "TEN_DLC",
        }
    ],
    "opt_out_lists": [{"name": "promotions"}],
    "configuration_sets": [{"name": "set"}],
}
CREDENTIAL = "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/sms-voice/aws4_request, SignedHeaders=host, Signature=0"
SEND = b'{"DestinationPhoneNumber": "%s", "MessageBody": "hello", "ConfigurationSetName": "set"}' % HANDSET.encode()


def main() -> int:
    """Write the file."""
    with tempfile.TemporaryDirectory() as folder:
        emulator, keeper, _ = open_folder(Path(folder), clock="stepping", start=START, config=CONFIG)
        headers = {
            "x-amz-target": "PinpointSMSVoiceV2.SendTextMessage",
            "authorization": CREDENTIAL,
            "content-type": "application/x-amz-json-1.0",
        }
        response = emulator.handle(Request("POST", "/", headers, SEND))
        assert response.status == 200, response
        execute(emulator.engine, "receive_message", {"number": HANDSET, "to": "+12065550100", "body": "STOP"})
        emulator.settle()
        keeper.save()
        FOLDER.mkdir(exist_ok=True)
        file = FOLDER / f"schema-{SCHEMA}-version-{__version__}.jsonl"
        # Of two snapshots the older one is exported; what follows it is for the version that wrote it alone.
        execute(emulator.engine, "settle", {})
        execute(emulator.engine, "change_handset", {"number": HANDSET, "outcome": "DELIVERED"})
        keeper.save()
        lines = [line for line in export(keeper.store) if not line.startswith('{"position"')]
        file.write_text("".join(lines), "utf-8")
        keeper.close()
    print(f"wrote {file}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
