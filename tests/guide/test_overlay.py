"""The overlay on AWS's model of sms-voice: what it adds, by boto3 and by the AWS command line, and what it leaves alone."""

import json
import subprocess

import boto3
import pytest
from botocore.loaders import Loader

from emulator.front.command_line import main
from emulator.wire.models import overlays

AWS_OPERATIONS = {
    "CreateConfigurationSet",
    "CreateConfigurationSetEventDestination",
    "DeleteConfigurationSet",
    "DeleteConfigurationSetEventDestination",
    "GetConfigurationSetEventDestinations",
    "ListConfigurationSets",
    "SendVoiceMessage",
    "UpdateConfigurationSetEventDestination",
}
ADDED_MEMBERS = {"SendVoiceMessageRequest": {"OriginationIdentity", "VoiceMessage", "DurationSeconds"}} | {
    "SendVoiceMessageResponse": {"MessageStatus"}
}


def test_models_command_prints_the_folder(capsys):
    """The command prints the folder that AWS_DATA_PATH is to name."""
    main(["models"])

    assert str(overlays()) == capsys.readouterr().out.strip()


def test_boto3_has_both(monkeypatch):
    """With the overlay boto3's client has AWS's operations and the added ones."""
    monkeypatch.setenv("AWS_DATA_PATH", str(overlays()))

    names = set(boto3.session.Session(region_name="us-east-1").client("sms-voice").meta.service_model.operation_names)

    assert {"SendTextMessage", "SendNotification", "GetMessageStatusSummary", "CreateEventDestination"} <= names
    assert names > AWS_OPERATIONS


def test_overlay_only_adds():
    """Every operation and shape of AWS's is as botocore ships it, but for the members that the guide's call form needs."""
    shipped = Loader().load_service_model("sms-voice", "service-2")
    merged = Loader(extra_search_paths=[str(overlays())]).load_service_model("sms-voice", "service-2")

    assert set(shipped["operations"]) == AWS_OPERATIONS
    for name, operation in shipped["operations"].items():
        assert operation == merged["operations"][name]
    for name, shape in shipped["shapes"].items():
        members = {
            key: value
            for key, value in merged["shapes"][name].get("members", {}).items()
            if key not in ADDED_MEMBERS.get(name, ())
        }
        assert shape == merged["shapes"][name] | ({"members": members} if "members" in shape else {})


@pytest.mark.parametrize(
    ("arguments", "member"),
    [
        (["send-text-message", "--message-body", "Hi", "--origination-identity", "+1-212-555-0100"], "MessageId"),
        (
            [
                "send-voice-message",
                "--origination-identity",
                "+1-212-555-ALERT",
                "--voice-message",
                "TextToSpeechMessage=Hi",
            ],
            "MessageId",
        ),
        (["send-notification", "--channel", "PUSH", "--notification-content", "Title=Hi"], "Results"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else value,
)
def test_command_line_has_them(command_line, arguments, member):
    """The AWS command line merges the overlay too."""
    command = ["aws", "sms-voice", *arguments, "--destination-phone-number", "+15551234567"]

    done = subprocess.run(command, env=command_line, capture_output=True, text=True, timeout=120)

    assert "" == done.stderr
    assert member in json.loads(done.stdout)
