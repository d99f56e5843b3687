"""Every call of the control API, made once as it is described, in one world."""

import json
from importlib.util import find_spec

import boto3
import pytest
from moto import mock_aws

from emulator import mock_sms
from emulator.front.control_http import create_app
from emulator.testing import HANDSET, PNG, lease_number
from emulator.wire.models import load_model

HAS_RCS = "SendRcsMessage" in load_model("pinpoint-sms-voice-v2").operation_names
MESSAGE = ("message_id", "direction", "channel", "from", "to", "body", "media", "status", "final", "history")
CLOCK = ("now", "mode", "speed", "pending")
HANDSET_MEMBERS = ("outcome", "description", "delay_seconds", "answers", "carrier", "rcs", "reads_rcs")
ACCOUNT = ("tier", "reviewer", "spend_limits", "reputation", "enabled")
STEPS = {"start": "menu", "steps": {"menu": {"say": "Press a key.", "gather_digits": 2, "gather_seconds": 60}}}
RULE = {"match": {"country": "US"}, "outcome": "SPAM", "probability": 0.5, "delay_seconds": 1, "times": 2}

CALLS = [
    ("GET", "/health", None, 200, ("status", "version", "services", "clock")),
    ("GET", "/messages?to={handset}&channel=sms&direction=outbound&limit=1", None, 200, ("messages", "next")),
    ("GET", "/messages/{text}", None, 200, (*MESSAGE, "events")),
    ("GET", "/messages/wait?contains=Hi&count=1&timeout=5", None, 200, ("messages",)),
    ("GET", "/messages/wait?contains=nothing&timeout=0", None, 408, ("error", "field")),
    ("GET", "/media/{picture}/0", None, 200, None),
    ("GET", "/handsets?contains=Hi", None, 200, ("handsets", "next")),
    ("GET", "/handsets/{handset}/messages", None, 200, ("messages", "previous")),
    ("POST", "/handsets/{handset}/read", {}, 200, ("read",)),
    ("POST", "/handsets/{handset}/messages", {"to": "{number}", "body": "HELP"}, 201,
     ("inbound_message_id", "keyword", "action", "reply")),
    ("POST", "/handsets/{handset}/messages", {"to": "+12065550199", "body": "Hi"}, 404, ("error", "field")),
    ("GET", "/handsets/{handset}", None, 200, HANDSET_MEMBERS),
    ("PUT", "/handsets/{handset}", {"answers": "busy", "delay_seconds": 2, "reads_rcs": True}, 200, HANDSET_MEMBERS),
    ("POST", "/handsets/{handset}/taps", {"text": "Yes"}, 201, ("inbound_message_id", "suggestion")),
    ("POST", "/handsets/{handset}/files?to={agent}&file_name=a.txt", b"text", 201, ("inbound_message_id", "url", "error")),
    ("POST", "/handsets/{handset}/typing", {"to": "{agent}"}, 200, ("told",)),
    ("POST", "/whatsapp/accounts", {"phone_number": "+12065550123", "display_name": "Shop"}, 201,
     ("waba_id", "phone_number")),
    ("GET", "/whatsapp/numbers", None, 200, ("numbers",)),
    ("PUT", "/whatsapp/numbers/+12065550123", {"quality_rating": "RED"}, 200, ("phone_number", "quality_rating")),
    ("POST", "/handsets/{handset}/whatsapp", {"to": "+12065550123", "body": "Hi"}, 201, None),
    ("POST", "/handsets/{handset}/flows/open", {}, 404, ("error", "field")),
    ("POST", "/handsets/{handset}/flows/submit", {"data": {}}, 404, ("error", "field")),
    ("POST", "/handsets/{handset}/whatsapp-calls", {"to": "+12065550123"}, 201, ("call_id", "status")),
    ("POST", "/handsets/{handset}/whatsapp-calls/answer", {}, 404, ("error", "field")),
    ("POST", "/handsets/{handset}/whatsapp-calls/hangup", {}, 200, ("call_id", "status")),
    ("POST", "/messages/{text}/status", {"status": "read"}, 404, ("error", "field")),
    ("POST", "/whatsapp/templates/1/decision", {"status": "APPROVED"}, 404, ("error", "field")),
    ("PUT", "/rcs-agents/{agent}", {"status": "TESTING"}, 200, ("agent_id", "status", "launches")),
    ("GET", "/numbers", None, 200, ("numbers",)),
    ("PUT", "/numbers/{number}/instructions", STEPS, 200, ("number", "instructions")),
    ("GET", "/numbers/{number}/instructions", None, 200, ("number", "instructions")),
    ("DELETE", "/numbers/{number}/instructions", None, 200, ("number", "instructions")),
    ("POST", "/calls/{ringing}/answer", {"answers": "busy"}, 200, (*MESSAGE, "voice")),
    ("POST", "/calls/{call}/dtmf", {"digits": "1"}, 200, (*MESSAGE, "voice")),
    ("GET", "/calls/{call}/audio.wav", None, None, None),
    ("POST", "/calls/{call}/hangup", None, 200, (*MESSAGE, "voice")),
    ("GET", "/carriers/outcomes?channel=voice", None, 200, list),
    ("PUT", "/carriers/rules", [RULE], 200, list),
    ("GET", "/carriers/rules", None, 200, list),
    ("GET", "/messages/code?to={handset}&pattern=H.&timeout=0", None, 200, ("code", "message_id", "body")),
    ("GET", "/messages/code?to={handset}&timeout=0", None, 408, ("error", "field")),
    ("GET", "/metrics", None, 200, None),
    ("PUT", "/opt-outs/Default/{handset}", None, 200, ("account", "region", "list", "number", "since", "by")),
    ("GET", "/opt-outs?number={handset}&list=Default", None, 200, ("opt_outs",)),
    ("DELETE", "/opt-outs/Default/{handset}", None, 200, ("opt_outs",)),
    ("DELETE", "/opt-outs/None/{handset}", None, 404, ("error", "field")),
    ("GET", "/requests?operation=SendTextMessage&refused=false&limit=1", None, 200, ("requests", "next")),
    ("GET", "/requests?to={handset}&contains=hi", None, 200, ("requests", "next")),
    ("POST", "/requests/none/repeat", {}, 404, ("error", "field")),
    ("GET", "/clock", None, 200, CLOCK),
    ("POST", "/clock", {"mode": "frozen", "advance_seconds": 1, "speed": 60}, 200, CLOCK),
    ("POST", "/settle", {"within_seconds": 10}, 200, ("ran", "now", "undelivered")),
    ("GET", "/registrations", None, 200, ("registrations",)),
    ("POST", "/registrations/{registration}/decision", {"status": "CLOSED"}, 200, ("registration_id", "status")),
    ("POST", "/registrations/registration-1/decision", {"status": "COMPLETE"}, 404, ("error", "field")),
    ("GET", "/account?region=eu-west-1", None, 200, ACCOUNT),
    ("PUT", "/account?account=123456789012", {"tier": "SANDBOX", "reviewer": "manual"}, 200, ACCOUNT),
    ("GET", "/handsets/{handset}/whatsapp", None, 200, ("businesses",)),
    ("POST", "/handsets/{handset}/whatsapp/edit", {"body": "Hi"}, 201, ("inbound_message_id", "wamid")),
    ("POST", "/handsets/{handset}/whatsapp/delete", {}, 201, ("inbound_message_id", "wamid")),
    ("POST", "/handsets/{handset}/whatsapp/react", {"emoji": "!"}, 404, ("error", "field")),
    ("POST", "/handsets/{handset}/whatsapp/read", {}, 200, ("message_ids",)),
    ("GET", "/brand-profiles", None, 200, ("brand_profiles",)),
    ("POST", "/brand-profiles/bp-1/decision", {"status": "BLOCKED"}, 404, ("error", "field")),
    ("POST", "/whatsapp/flows/1/decision", {"status": "BLOCKED"}, 404, ("error", "field")),
    ("GET", "/consent", None, 200, ("records",)),
    ("GET", "/verification-codes?to={handset}", None, 200, ("codes",)),
    ("PUT", "/notify-configurations/{configuration}", {"status": "ACTIVE"}, 200, ("configuration_id", "status")),
    ("PUT", "/faults", [{"error": "503", "times": 1}], 200, list),
    ("GET", "/faults", None, 200, list),
    ("DELETE", "/faults", None, 200, list),
    ("GET", "/events?message_id={text}&event_type=TEXT_DELIVERED", None, 200, ("events", "next")),
    ("POST", "/events/redeliver", {"message_id": "{text}"}, 200, ("redelivered",)),
    ("PUT", "/reply-routes/*", [{"kind": "webhook", "target": "http://127.0.0.1:1/"}], 200, list),
    ("GET", "/reply-routes/*", None, 200, list),
    ("GET", "/costs?account=123456789012&region=us-east-1", None, 200, ("costs",)),
    ("PUT", "/devices/fcm", {"platform": "GCM", "state": "stale"}, 200, ("token", "platform", "state")),
    ("GET", "/devices", None, 200, ("devices",)),
    ("GET", "/state", None, 200, ("version", "digest", "state")),
    ("PUT", "/state", {"version": "0.0.0", "digest": "", "state": {}}, 400, ("error", "field")),
    ("GET", "/messages?q=to:{handset}%20-is:failed&order=newest&offset=1&limit=1", None, 200, ("messages", "next", "total")),
    ("GET", "/messages?q=form:x", None, 400, ("error", "field")),
    ("DELETE", "/messages/{picture}", None, 200, ("deleted",)),
    ("DELETE", "/messages/{picture}", None, 404, ("error", "field")),
    ("POST", "/messages/delete", {"message_ids": ["{text}", "none"]}, 200, ("deleted",)),
    ("DELETE", "/messages?to={handset}", None, 200, ("deleted",)),
    ("GET", "/statistics?account=123456789012&region=us-east-1", None, 200, ("bucket_seconds", "over_time", "senders")),
    ("PUT", "/profile", {"profile": "friendly"}, 200, ("profile", "overridden")),
    ("GET", "/profile", None, 200, ("profile", "overridden")),
    ("GET", "/counts", None, 200, ("messages", "unread", "requests", "refused", "waiting", "dead")),
    ("POST", "/reset/undo", {}, 404, ("error", "field")),
    ("POST", "/reset", {"aws": True}, 200, ("reset", "undo_seconds")),
    ("POST", "/reset/undo", {}, 200, ("now",)),
    ("GET", "/", None, 200, None),
    ("GET", "/ui/index.html", None, 200, None),
    ("GET", "/openapi.json", None, 200, ("openapi", "paths")),
    ("GET", "/docs", None, 200, None),
    ("GET", "", None, 302, None),
    ("GET", "/_aws/sns/sms-messages?region=us-east-1", None, 200, ("sms_messages", "region")),
    ("DELETE", "/_aws/sns/sms-messages", None, 204, None),
]  # fmt: skip
"""Method, path, body, the answer's status (None where it depends on an extra), and its members, or that it is a list."""


@pytest.fixture
def world():
    """A world with one of everything, on a frozen clock, and the names of what is in it."""
    with mock_aws(), mock_sms(clock="frozen") as sms:
        client = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="pictures")
        s3.put_object(Bucket="pictures", Key="red.png", Body=PNG)
        number = lease_number(
            client,
            NumberCapabilities=["SMS", "MMS", "VOICE"],
            NumberType="TOLL_FREE",
        )
        sender = {"DestinationPhoneNumber": HANDSET, "OriginationIdentity": number["PhoneNumberId"]}
        names = {"handset": HANDSET, "number": number["PhoneNumber"], "agent": ""}
        sms.control("change_instructions", number=number["PhoneNumber"], instructions=STEPS)
        names["call"] = client.send_voice_message(**sender, MessageBody="Hello")["MessageId"]
        sms.clock.advance(seconds=15)
        names["text"] = client.send_text_message(**sender, MessageBody="Hi")["MessageId"]
        media = {"MediaUrls": ["s3://pictures/red.png"]}
        names["picture"] = client.send_media_message(**sender, **media)["MessageId"]
        if HAS_RCS:
            names["agent"] = agent = client.create_rcs_agent()["RcsAgentId"]
            sms.clock.advance(seconds=1)
            suggestion = {"Reply": {"Text": "Yes", "PostbackData": "yes"}}
            content = {"Content": {"TextMessage": {"Body": "Rich"}}, "Suggestions": [suggestion]}
            client.send_rcs_message(DestinationPhoneNumber=HANDSET, OriginationIdentity=agent, RcsMessageContent=content)
        registration = client.create_registration(RegistrationType="US_TOLL_FREE_REGISTRATION")
        names["registration"] = registration["RegistrationId"]
        configuration = client.create_notify_configuration(
            DisplayName="Codes", UseCase="CODE_VERIFICATION", EnabledChannels=["SMS"]
        )
        names["configuration"] = configuration["NotifyConfigurationId"]
        names["ringing"] = client.send_voice_message(**sender, MessageBody="Hello again")["MessageId"]
        sms.clock.advance(seconds=2)
        yield sms, names


def filled(value, names):
    """A path or a body with the names of this world."""
    if isinstance(value, str):
        return value.format_map(names) if "{" in value else value
    if isinstance(value, dict):
        return {name: filled(item, names) for name, item in value.items()}
    return value


def test_every_call_is_there(world):
    """Each route answers with its status and fields, and each is in the table."""
    sms, names = world
    app = create_app(sms.engine)
    client = app.test_client()
    called = set()
    for method, path, body, status, members in CALLS:
        if not HAS_RCS and ("{agent}" in path or "{agent}" in str(body) or path.endswith("/taps")):
            continue
        content = body if isinstance(body, bytes) else None if body is None else json.dumps(filled(body, names))
        address = filled(path if path.startswith("/_aws") else f"/_emulator{path}", names)
        answer = client.open(address, method=method, data=content, content_type="text/plain", buffered=True)
        rule = app.url_map.bind("").match(address.partition("?")[0], method=method, return_rule=True)[0]
        called.add((method, rule.rule))

        if status is None:
            status = 200 if find_spec("espeakng_loader") else 501
        assert status == answer.status_code, f"{method} {address}: {answer.text}"
        if members is list:
            assert isinstance(answer.json, list), address
        elif members is not None:
            assert set(members) <= set(answer.json), address

    routes = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}}
    assert HAS_RCS is False or routes == called
