"""Lambda functions: an environment of their own, limits, and only where they are allowed."""

import io
import json
import os
import threading
import zipfile

import pytest

from emulator.aws import functions
from emulator.kernel.ports import AwsRefusal
from emulator.testing import HANDSET

SHOW = """
import json, os
def handler(event, context):
    raise Exception(json.dumps(dict(os.environ)))
"""
ARN = "arn:aws:lambda:eu-west-1:210987654321:function:replies"


def package(source, **others):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in {"app.py": source, **others}.items():
            file.writestr(name, text)
    return archive.getvalue()


def run(source, endpoint_url=None, event=None, code=None, **configuration):
    """Run a handler; what it raises is in the error."""
    wanted = {"Runtime": "python3.12", "Handler": "app.handler", "FunctionArn": ARN, "FunctionName": "replies"}
    functions.run(wanted | configuration, code or package(source), event or {}, endpoint_url)


def environment(**arguments):
    """Return the environment that a handler finds."""
    with pytest.raises(functions.FunctionFailed) as refused:
        run(SHOW, **arguments)
    return json.loads(str(refused.value).partition("Exception: ")[2])


def test_the_environment_is_its_own(monkeypatch):
    """Of the host's variables it has PATH; the rest is what Lambda gives, and credentials of the emulator."""
    for name in ("DATABASE_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID", "HTTP_PROXY", "PYTHONSTARTUP"):
        monkeypatch.setenv(name, "http://secret.example")

    found = environment(Environment={"Variables": {"OWN": "1"}})

    own = {"AWS_SECRET_ACCESS_KEY", "LANG", "LC_CTYPE"}
    assert {"PATH"} == {name for name, value in os.environ.items() if found.get(name) == value} - own
    assert not [name for name, value in found.items() if "secret.example" in value]
    assert ("1", "210987654321", "eu-west-1") == (found["OWN"], found["AWS_ACCESS_KEY_ID"], found["AWS_REGION"])
    assert "replies" == found["AWS_LAMBDA_FUNCTION_NAME"]


@pytest.mark.parametrize("endpoint_url", ["http://127.0.0.1:7767", None])
def test_its_clients_never_reach_aws(endpoint_url):
    """With a server they find it; without one they find nothing that answers."""
    assert (endpoint_url or functions.NOWHERE) == environment(endpoint_url=endpoint_url)["AWS_ENDPOINT_URL"]


@pytest.mark.parametrize(
    "source",
    [
        "def handler(event, context):\n    while True: pass",
        "import time\ndef handler(event, context):\n    time.sleep(1000)",
        "import subprocess\ndef handler(event, context):\n    subprocess.Popen(['sleep', '1000']).wait()",
    ],
)
def test_time_is_limited(source):
    """Whatever it does, it ends with Lambda's sentence, and so does what it has started."""
    with pytest.raises(functions.FunctionFailed, match="Task timed out after 1 seconds"):
        run(source, Timeout=1)


def test_the_import_has_a_limit_of_its_own(monkeypatch):
    """As on Lambda, the timeout begins when the handler is there; importing it may take ten seconds."""
    run("import time\ntime.sleep(1.1)\ndef handler(event, context):\n    pass", Timeout=1)

    monkeypatch.setattr(functions, "INIT_SECONDS_MAX", 1)
    with pytest.raises(functions.FunctionFailed, match=r"not imported within 1 seconds"):
        run("import time\ntime.sleep(1000)\ndef handler(event, context):\n    pass")


def test_what_it_leaves_running_is_ended():
    """A process that a function leaves behind does not outlive it, and nobody waits for it."""
    run("import subprocess\ndef handler(event, context):\n    subprocess.Popen(['sleep', '1000'])")


def test_memory_is_limited():
    """More than its memory, and what Python itself needs, is not to be had."""
    with pytest.raises(functions.FunctionFailed, match="MemoryError"):
        run("def handler(event, context):\n    x = bytearray(2_000_000_000)", MemorySize=128)


def test_code_is_limited():
    """A package that unzips to more than Lambda takes is not unzipped; one that is none is refused."""
    with pytest.raises(functions.FunctionFailed, match="larger than"):
        run("", code=package("", big="0" * (functions.CODE_BYTES_MAX + 1)))
    with pytest.raises(functions.FunctionFailed, match="cannot be unzipped"):
        run("", code=b"no zip")


def test_only_the_end_of_what_it_prints_is_kept():
    """An error that is megabytes long is cut."""
    with pytest.raises(functions.FunctionFailed) as refused:
        run("def handler(event, context):\n    raise Exception('x' * 5_000_000)")

    assert len(str(refused.value)) <= functions.ERROR_BYTES


def test_not_where_it_is_not_allowed(sms, client, number):
    """Without lambda_execution a delivery to a function fails by a sentence that says how to allow it."""
    sms.aws.lambda_execution = False
    role = client("iam").create_role(RoleName="x", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    code = {"ZipFile": package("def handler(event, context):\n    pass")}
    wanted = {"FunctionName": "replies", "Runtime": "python3.12", "Role": role, "Handler": "app.handler", "Code": code}
    client("lambda").create_function(**wanted)
    sms.control("change_reply_routes", number="*", routes=[{"kind": "lambda", "target": "replies"}])

    sms.handset(HANDSET).reply("Hi", to=number)
    sms.settle(within_seconds=0)

    assert "--lambda-execution" in sms.events.deliveries()[0]["error"]


REPLY = """
import boto3
def handler(event, context):
    boto3.client("pinpoint-sms-voice-v2").send_text_message(DestinationPhoneNumber="+14255550100", MessageBody="Thanks")
    sqs = boto3.client("sqs")
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="done")["QueueUrl"], MessageBody="done")
"""


@pytest.fixture
def create_function(client):
    """Create a function in the embedded Lambda; gives its ARN."""

    def create(source):
        role = client("iam").create_role(RoleName="x", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        wanted = {"FunctionName": "replies", "Runtime": "python3.12", "Role": role, "Handler": "app.handler"}
        code = {"ZipFile": package(source)}
        return client("lambda").create_function(**wanted, Code=code, Timeout=30)["FunctionArn"]

    return create


def serving():
    """Return the threads that serve; the server of other tests has one."""
    return {thread for thread in threading.enumerate() if thread.name == "emulator-serve" and thread.is_alive()}


def test_in_process_too_its_clients_find_the_emulator(sms, client, number, create_function):
    """Without a server, boto3 in the function reaches the emulator of this process, and its other AWS services."""
    before = serving()
    create_function(REPLY)
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="done")["QueueUrl"]
    sms.control("change_reply_routes", number="*", routes=[{"kind": "lambda", "target": "replies"}])

    sms.handset(HANDSET).reply("Hi", to=number)
    sms.settle(within_seconds=5)

    assert ["DELIVERED"] == [delivery["status"] for delivery in sms.events.deliveries()]
    assert ["Thanks"] == [message.body for message in sms.handset(HANDSET).inbox]
    assert ["done"] == [message["Body"] for message in sqs.receive_message(QueueUrl=url)["Messages"]]
    assert sms.aws.served_at is None
    assert before == serving()


def test_a_user_pools_function_runs_only_where_it_is_allowed(sms, create_function):
    """A relative of the above: Cognito's own functions are functions too."""
    arn = create_function(SHOW)
    sms.aws.lambda_execution = False

    with pytest.raises(AwsRefusal, match="--lambda-execution"):
        sms.aws.invoke_function("123456789012", "us-east-1", arn, {})
