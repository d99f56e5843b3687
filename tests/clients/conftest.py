"""Clients that are not the boto3 beside us, and the package as it is installed: each as its users run it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CLIENTS = Path(__file__).parents[2] / ".clients"
HOW_TO_GET = "`make test` gets it (`make .clients/ready` that alone)"


@pytest.fixture
def reach():
    return "server"


@pytest.fixture
def run(sms_server):
    """Runs a program as on a machine that points AWS clients at the server."""

    def call(*command, **environment):
        return subprocess.run(
            [str(part) for part in command],
            env=os.environ | {"AWS_ENDPOINT_URL": sms_server.endpoint_url, "AWS_PAGER": ""} | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return call


@pytest.fixture
def aws(run):
    """The AWS command line: `aws("send-text-message", …)` gives the ended program."""
    program = CLIENTS / "aws" / "bin" / "aws"
    if not program.exists():
        pytest.skip(f"the AWS command line is not there: {HOW_TO_GET}")
    return lambda *arguments: run(program, "pinpoint-sms-voice-v2", *arguments)


@pytest.fixture(params=["aws", "aws-old"])
def any_aws(request):
    """The folder of an AWS command line: pip's newest, and one that does not know AWS_ENDPOINT_URL."""
    folder = CLIENTS / request.param / "bin"
    if not (folder / "aws").exists():
        pytest.skip(f"the AWS command line is not there: {HOW_TO_GET}")
    return folder


def printed(ended):
    """Return what a successful call of the AWS command line has printed."""
    assert 0 == ended.returncode, ended.stderr
    return json.loads(ended.stdout)


@pytest.fixture
def aws_json(aws):
    """Return what a successful call of the AWS command line about this API prints."""
    return lambda *arguments: printed(aws(*arguments))


@pytest.fixture
def sqs_json(aws, run, sms_server):
    """Return what a successful call of the AWS command line about SQS prints; version 1 needs the option for these."""
    program = CLIENTS / "aws" / "bin" / "aws"
    return lambda *arguments: printed(run(program, f"--endpoint-url={sms_server.endpoint_url}", "sqs", *arguments))


@pytest.fixture
def javascript(run):
    """Runs one of the programs beside this file under Node.js; gives what it prints."""
    node, sdk = shutil.which("node"), CLIENTS / "js" / "node_modules" / "@aws-sdk" / "client-pinpoint-sms-voice-v2"
    if node is None:
        pytest.skip("Node.js is not there: install it, and the JavaScript SDK by `make clean test`")
    if not sdk.exists():
        pytest.skip(f"the JavaScript SDK is not there: {HOW_TO_GET}")

    def call(program, *arguments):
        ended = run(node, Path(__file__).parent / program, *arguments, SDK=str(CLIENTS / "js" / "package.json"))
        assert 0 == ended.returncode, ended.stderr
        return json.loads(ended.stdout)

    return call


def runner(run, folder, package):
    """Return a function that runs Python code with the packages of a folder before ours, and gives what it prints."""
    if not (CLIENTS / folder / package).exists():
        pytest.skip(f"{package} is not there: {HOW_TO_GET}")

    def call(code, **environment):
        path = os.pathsep.join([str(CLIENTS / folder), str(Path(__file__).parents[2])])
        ended = run(sys.executable, "-W", "error", "-c", code, PYTHONPATH=path, **environment)
        assert 0 == ended.returncode, ended.stderr
        return json.loads(ended.stdout)

    return call


@pytest.fixture
def oldest(run):
    """Runs Python code with the oldest boto3 that we support; gives what it prints."""
    return runner(run, "oldest", "boto3")


@pytest.fixture
def asynchronous(run):
    """Runs Python code with aioboto3, and the botocore that it pins; gives what it prints."""
    return runner(run, "aio", "aioboto3")
