"""The Terraform files are applied to a server: the guide's resources, and every resource of this API."""

import shutil
import subprocess
from pathlib import Path

import boto3
import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FOLDERS = ("terraform", "infrastructure")
"""The Terraform files, and the source of a function."""
MODULES = ("terraform", "terraform/messaging")


@pytest.fixture
def terraform(tmp_path):
    """Runs Terraform in one of the modules, in a copy of the folders; gives the ended program."""
    if shutil.which("terraform") is None:
        pytest.skip("Terraform is not installed")
    for folder in FOLDERS:
        shutil.copytree(EXAMPLES / folder, tmp_path / folder)

    def run(module, *arguments):
        command = ["terraform", *arguments]
        return subprocess.run(command, cwd=tmp_path / module, capture_output=True, text=True, timeout=300, check=False)

    return run


@pytest.mark.parametrize("module", MODULES)
def test_file_is_written_as_terraform_writes_it(terraform, module):
    """Terraform reads the file, and finds nothing to format."""
    ended = terraform(module, "fmt", "-check", "-diff")

    assert (0, "") == (ended.returncode, ended.stdout)


@pytest.fixture
def apply(terraform, sms_server):
    """Return a function that applies a module, and then another command of Terraform to the same server."""

    def run(module, command="apply", *arguments):
        if command == "apply" and terraform(module, "init", "-no-color").returncode != 0:
            pytest.skip("Terraform cannot get the provider of AWS here")
        approved = [] if command == "plan" else ["-auto-approve"]
        endpoint = f"endpoint={sms_server.endpoint_url}"
        return terraform(module, command, "-no-color", *approved, "-var", endpoint, *arguments)

    return run


def test_resources_are_made(apply, sms_server):
    """Apply makes what the guide lists, and destroy takes it away again."""
    applied = apply("terraform")

    def client(name):
        return boto3.client(name, endpoint_url=sms_server.endpoint_url)

    assert 0 == applied.returncode, applied.stderr
    (queue,) = client("sqs").list_queues()["QueueUrls"]
    assert queue.endswith("/eum-sms-replies-queue")
    topics = [row["TopicArn"].rpartition(":")[2] for row in client("sns").list_topics()["Topics"]]
    assert ["eum-alerts", "eum-inbound-sms-replies"] == sorted(topics)
    assert ["sqs"] == [row["Protocol"] for row in client("sns").list_subscriptions()["Subscriptions"]]
    (function,) = client("lambda").list_functions()["Functions"]
    assert {"SQS_QUEUE_URL": queue, "DYNAMODB_TABLE": "eum-conversations"} == function["Environment"]["Variables"]
    assert ["eum-conversations"] == client("dynamodb").list_tables()["TableNames"]
    (group,) = client("logs").describe_log_groups()["logGroups"]
    assert ("/aws/sms-voice/application", 30) == (group["logGroupName"], group["retentionInDays"])
    (alarm,) = client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert ("AWS/SMSV2", "SMSDeliveryFailures", 100) == (alarm["Namespace"], alarm["MetricName"], alarm["Threshold"])
    assert 0 == apply("terraform", "destroy").returncode


def test_every_resource_of_this_api(apply, sms_server):
    """Apply makes every resource, a plan is empty then, and destroy takes it all away again."""
    applied = apply("terraform/messaging")
    assert 0 == applied.returncode, applied.stderr

    planned = apply("terraform/messaging", "plan", "-detailed-exitcode")
    assert 0 == planned.returncode, planned.stdout

    client = boto3.client("pinpoint-sms-voice-v2", endpoint_url=sms_server.endpoint_url)
    assert 2 == len(client.describe_phone_numbers()["PhoneNumbers"])
    assert 0 == apply("terraform/messaging", "destroy").returncode
    assert [] == client.describe_phone_numbers()["PhoneNumbers"]
