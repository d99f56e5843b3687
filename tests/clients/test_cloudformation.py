"""`aws cloudformation package` and `deploy`, by the AWS command line."""

import shutil
from pathlib import Path

import pytest

from emulator.testing import HANDSET

INFRASTRUCTURE = Path(__file__).resolve().parents[2] / "examples" / "infrastructure"
NO_CHANGES = "No changes to deploy. Stack eum is up to date"
BROKEN = """
Resources:
  Number:
    Type: AWS::SMSVOICE::PhoneNumber
    Properties:
      IsoCountryCode: US
      NumberType: TEN_DLC
      NumberCapabilities: [SMS]
      OptOutListName: none
      MandatoryKeywords: {HELP: {Message: Help}, STOP: {Message: Bye}}
"""


@pytest.fixture
def cloudformation(aws, run, tmp_path, monkeypatch):
    """Runs `aws cloudformation …` in a folder with a copy of the infrastructure's; gives the ended program."""
    # From another folder, the command line would upload the function's file without putting it into an archive.
    monkeypatch.chdir(tmp_path)
    shutil.copytree(INFRASTRUCTURE, tmp_path, dirs_exist_ok=True)
    program = Path(__file__).parents[2] / ".clients" / "aws" / "bin" / "aws"

    return lambda *arguments: run(program, "cloudformation", *arguments)


def test_package_and_deploy(cloudformation, client, sms):
    """The infrastructure is packaged, deployed, deployed again without changes, and works."""
    client("s3").create_bucket(Bucket="eum-code")
    deploy = (
        "deploy",
        "--template-file",
        "packaged.yaml",
        "--stack-name=eum",
        "--capabilities=CAPABILITY_IAM",
        "--tags",
        "a=b",
    )

    packaged = cloudformation(
        "package", "--template-file", "template.yaml", "--s3-bucket=eum-code", "--output-template-file", "packaged.yaml"
    )
    assert 0 == packaged.returncode, packaged.stderr
    deployed = cloudformation(*deploy)
    assert (0, True) == (deployed.returncode, "Successfully created/updated stack - eum" in deployed.stdout), deployed.stderr
    assert NO_CHANGES in cloudformation(*deploy).stderr

    (described,) = client("cloudformation").describe_stacks()["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}
    sms.handset(HANDSET).reply("no", to=outputs["Number"])
    sms.settle()
    assert [] == [each.error for each in sms.world.outbox.log if each.error]
    assert ["Your order is cancelled."] == [text.body for text in sms.handset(HANDSET).inbox]


def test_failure(cloudformation, client, tmp_path):
    """A deployment that fails ends with the status of an error, and the events have the reason."""
    (tmp_path / "broken.yaml").write_text(BROKEN, "utf-8")

    ended = cloudformation("deploy", "--template-file", "broken.yaml", "--stack-name=eum")

    assert 255 == ended.returncode
    assert "Failed to create/update the stack" in ended.stderr
    events = client("cloudformation").describe_stack_events(StackName="eum")["StackEvents"]
    (reason,) = [event["ResourceStatusReason"] for event in events if event["ResourceStatus"] == "CREATE_FAILED"]
    assert 'ResourceType="opt-out-list" ResourceId="none"' in reason
