"""
A menu that a caller navigates with keys, and an alarm that is acknowledged by pressing 1.

Keys in a call are an addition of the emulator: AWS's calls read a message and hang up. Run it as it is; it does not
need a server. With the extra `speech`, and the name of a WAV file as its argument, it also writes what the last caller
heard.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import boto3

from emulator import mock_sms

CUSTOMER = "+14255550100"
ENGINEER = "+14255550101"
MENU = {
    "start": "menu",
    "steps": {
        "menu": {
            "say": "{message} For your balance press 1. To leave a message press 2. To hear this again press 9.",
            "gather_digits": 1,
            "on": {"1": "account", "2": "mailbox", "9": "menu"},
            "repeat": 1,
            "otherwise": "bye",
        },
        "account": {
            "say": "Enter your account number, then the hash key.",
            "gather_digits": 8,
            "on": {"4711": "balance"},
            "repeat": 1,
            "otherwise": "bye",
        },
        "balance": {"say": "Your balance is 12 dollars.", "then": "bye"},
        "mailbox": {"say": "Speak after the tone.", "record_seconds": 20, "then": "bye"},
        "bye": {"say": "Good bye."},
    },
}
ALARM = {
    "start": "ask",
    "steps": {
        "ask": {
            "say": "{message} Press 1 to acknowledge.",
            "gather_digits": 1,
            "on": {"1": "thanks"},
            "repeat": 2,
        },
        "thanks": {"say": "Thank you."},
    },
}
STORIES = {
    "balance": ["1", "4711#"],
    "wrong account": ["1", "1#", "2#"],
    "mailbox": ["2"],
    "again": ["9", "2"],
    "silence": [],
}


def lease(client):
    """Lease a number for calls."""
    return client.request_phone_number(
        IsoCountryCode="US", MessageType="TRANSACTIONAL", NumberCapabilities=["VOICE"], NumberType="LONG_CODE"
    )["PhoneNumber"]


def call(sms, client, number, to, body, presses):
    """Call somebody who presses these keys, and return the call as the control API shows it."""
    sms.handset(to).behave(presses=presses, says="Please call me back.")
    sent = client.send_voice_message(DestinationPhoneNumber=to, OriginationIdentity=number, MessageBody=body)
    sms.settle()
    return sms.calls.show(sent["MessageId"]) | {"message_id": sent["MessageId"]}


def main(sound=None):
    """Walk through all branches, and return the steps of each story."""
    os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing")
    walked = {}
    with mock_sms() as sms:
        client = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")
        shop, alarms = lease(client), lease(client)
        sms.calls.instruct(shop, MENU)
        sms.calls.instruct(alarms, ALARM)
        for story, presses in STORIES.items():
            shown = call(sms, client, shop, CUSTOMER, "This is the shop.", presses)
            walked[story] = shown["steps"]
            print(f"{story}: {' > '.join(shown['steps'])}, pressed {shown['digits'] or 'nothing'}")
        for presses in ([], ["1"]):
            shown = call(sms, client, alarms, ENGINEER, "The pump has failed.", presses)
            walked["acknowledged" if presses else "not acknowledged"] = shown["steps"]
            print(f"the alarm was {'acknowledged' if shown['digits'] == '1' else 'not acknowledged'}")
        if sound:
            Path(sound).write_bytes(sms.calls.sound(shown["message_id"]))
    return walked


if __name__ == "__main__":
    main(*sys.argv[1:2])
