"""The programs of the guide run unchanged against a fresh server."""

import json
import subprocess
import sys

import boto3
import pytest

PERSON = "+15551234567"
PROGRAM = ("import boto3", "Terraform IaC")


def run(command, environment):
    """Return what a program prints; it must end with status 0."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert 0 == done.returncode, f"{command}\n{done.stderr}"
    return done.stdout


def run_program(text, environment, path):
    """Run Python as a program of its own."""
    path.write_text(text, "utf-8")
    return run([sys.executable, str(path)], environment)


SENT = [
    ("sms", "Your verification code: 123456", "DELIVERED"),
    ("voice", "Hello, your order is ready for pickup", "COMPLETED"),
    ("push", "Your order has shipped", "DELIVERED"),
]
"""What the first three of the guide's five command lines send."""


@pytest.mark.parametrize("number", range(5))
def test_command_line_runs(printed_commands, command_line, sms_server, number):
    """Each command line ends well on a fresh server, and answers JSON; what it sends is on the recipient's phone."""
    assert 5 == len(printed_commands)

    answer = json.loads(run(["bash", "-c", printed_commands[number]], command_line))

    assert isinstance(answer, dict)
    assert ("Sent" if number < len(SENT) else None) == answer.get("MessageStatus")
    sms_server.emulator.settle()
    arrived = sms_server.emulator.inbox.messages(to=PERSON)
    assert SENT[number : number + 1] == [(m.channel, m.body, m.status) for m in arrived]


def test_python_program_runs(program, environment, sms_server, tmp_path):
    """The class and its usage run as printed: they print three ids, whose messages have arrived."""
    printed = run_program(program(*PROGRAM), environment, tmp_path / "guide.py")

    lines = [line.partition(": ") for line in printed.splitlines()]
    assert ["OTP sent", "Voice alert", "Push sent"] == [head for head, _, _ in lines]
    sms_server.emulator.settle()
    arrived = {message.message_id: message for message in sms_server.emulator.inbox.messages(to=PERSON)}
    assert "Your verification code: 123456. Valid for 10 minutes." == arrived[lines[0][2]].body
    assert "Alert: Database is down. Press 1 to acknowledge." == arrived[lines[1][2]].body
    assert "+12125552537" == arrived[lines[1][2]].sender
    assert ["Order Update"] == [m.push["title"] for m in arrived.values() if m.channel == "push"]


def test_rest_of_the_python_class_runs(program, environment, sms_server, tmp_path):
    """The methods that the usage leaves out run too, and a reply reaches the topic that setup_two_way_sms names."""
    clients = boto3.session.Session("testing", "secret", region_name="us-east-1")
    sns = clients.client("sns", endpoint_url=sms_server.endpoint_url)
    sqs = clients.client("sqs", endpoint_url=sms_server.endpoint_url)
    topic = sns.create_topic(Name="replies")["TopicArn"]
    queue = sqs.create_queue(QueueName="replies")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    calls = f"""
service.setup_two_way_sms({topic!r})
service.send_sms("{PERSON}", "Confirm?", "+1-212-555-0100")
print(service.get_account_metrics()["Label"])
"""

    printed = run_program(program(*PROGRAM) + calls, environment, tmp_path / "guide.py")

    assert "SMSSuccessfulDeliveries" == printed.splitlines()[-1]
    sms_server.emulator.handset(PERSON).reply("Yes, confirm my order", to="+12125550100")
    sms_server.emulator.settle()
    received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    records = [json.loads(json.loads(message["Body"])["Message"]) for message in received]
    assert ["TEXT_SUCCESS"] == [record["eventType"] for record in records if "eventType" in record]
    assert ["Yes, confirm my order"] == [record["Message"] for record in records if "Message" in record]


def test_reply_event_has_the_printed_members(section, environment, sms_server, monkeypatch):
    """A reply's event has exactly the members of the guide's example, in its order."""
    printed = json.loads("\n".join(section("Example Reply Event", "5. Push")[1:]))
    monkeypatch.setenv("AWS_DATA_PATH", environment["AWS_DATA_PATH"])
    client = boto3.session.Session("testing", "secret", region_name="us-east-1").client(
        "sms-voice", endpoint_url=sms_server.endpoint_url
    )
    client.send_text_message(
        DestinationPhoneNumber=PERSON, OriginationIdentity=printed["OriginationIdentity"], MessageBody="Confirm?"
    )
    sink = {"SqsDestination": {"QueueArn": "arn:aws:sqs:us-east-1:123456789012:replies"}}
    client.create_event_destination(
        EventDestinationName="replies",
        EventDestination={"Enabled": True, "MatchingEventTypes": ["TEXT_SUCCESS"]} | sink,
    )

    sms_server.emulator.handset(PERSON).reply(printed["Message"], to="+12125550100")

    bodies = [json.loads(delivery.body) for delivery in sms_server.emulator.world.outbox.log]
    replies = [body for body in bodies if body.get("EventSubType") == printed["EventSubType"]]
    assert [list(printed)] == [list(reply) for reply in replies]
    changing = ("MessageId", "Timestamp", "OriginationIdentity")
    assert {k: v for k, v in printed.items() if k not in changing} == {
        k: v for k, v in replies[0].items() if k not in changing
    }


@pytest.mark.parametrize(
    ("first", "after", "operation"),
    [
        ("Example Voice Message", "主要ユースケース", "send_voice_message"),
        ("Example Push Message", "6. Voice", "send_notification"),
    ],
)
def test_example_message_is_accepted(section, environment, sms_server, monkeypatch, first, after, operation):
    """The guide's example of a voice and of a push message is a request that its client takes."""
    printed = json.loads("\n".join(section(first, after)[1:]))
    monkeypatch.setenv("AWS_DATA_PATH", environment["AWS_DATA_PATH"])
    client = boto3.session.Session("testing", "secret", region_name="us-east-1").client(
        "sms-voice", endpoint_url=sms_server.endpoint_url
    )

    answer = getattr(client, operation)(**printed)

    assert "Sent" == answer["MessageStatus"]


@pytest.mark.parametrize(("acknowledges", "channels"), [(True, ["sms"]), (False, ["sms", "voice"])])
def test_alert_service_runs(program, environment, sms_server, monkeypatch, acknowledges, channels):
    """AlertService texts, and calls who has not acknowledged within five minutes; the check is ours, it prints none."""
    monkeypatch.setenv("AWS_DATA_PATH", environment["AWS_DATA_PATH"])
    session = boto3.session.Session("testing", "secret", region_name="us-east-1")
    names = {"sms_client": session.client("sms-voice", endpoint_url=sms_server.endpoint_url)}
    exec(program("class AlertService", "チェックリスト - EUM 導入前"), names)
    world = sms_server.emulator
    world.clock.freeze()

    class Alerts(names["AlertService"]):
        def check_ack_within_5min(self, message_id):
            if acknowledges:
                world.handset(PERSON).reply("ACK", to="+12125552537")
            world.clock.advance(minutes=5)
            return bool(world.inbox.messages(direction="inbound"))

    Alerts().send_critical_alert("DB-PROD down", [{"phone": PERSON}])

    world.settle()
    assert channels == [message.channel for message in world.inbox.messages(to=PERSON, direction="outbound")]


def test_reading_restores_what_it_lost(program):
    """The restored programs compile; each method is inside its class, the usage outside."""
    text = program(*PROGRAM)

    compile(text, "guide.py", "exec")
    assert "\n    def setup_two_way_sms(self, sns_topic_arn):\n        " in text
    assert "\nservice = EndUserMessagingService()\n" in text
