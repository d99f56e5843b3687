"""The Terraform file makes the guide's resources on a server."""

import shutil
import subprocess
from pathlib import Path

import boto3
import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FOLDERS = ("terraform", "infrastructure")
"""The Terraform file, and the source of its function."""


@pytest.fixture
def terraform(tmp_path):
    """Runs Terraform in a copy of the folders; gives the ended program."""
    if shutil.which("terraform") is None:
        pytest.skip("Terraform is not installed")
    for folder in FOLDERS:
        shutil.copytree(EXAMPLES / folder, tmp_path / folder)

    def run(*arguments):
        command = ["terraform", *arguments]
        return subprocess.run(command, cwd=tmp_path / "terraform", capture_output=True, text=True, timeout=300, check=False)

    return run


def test_file_is_written_as_terraform_writes_it(terraform):
    """Terraform reads the file, and finds nothing to format."""
    assert (0, "") == tuple(getattr(terraform("fmt", "-check", "-diff"), name) for name in ("returncode", "stdout"))


def test_resources_are_made(terraform, sms_server):
    """Apply makes what the guide lists, and destroy takes it away again."""
    if terraform("init", "-no-color").returncode != 0:
        pytest.skip("Terraform cannot get the provider of AWS here")
    endpoint = f"endpoint={sms_server.endpoint_url}"

    applied = terraform("apply", "-no-color", "-auto-approve", "-var", endpoint)

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
    assert 0 == terraform("destroy", "-no-color", "-auto-approve", "-var", endpoint).returncode
