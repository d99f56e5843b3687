"""The CDK: what aws-cdk-lib synthesises is deployed by a change set, as the CDK's own command line does it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from emulator.testing import HANDSET

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "examples" / "cdk"
LIBRARY = ROOT / ".clients" / "cdk" / "node_modules"
TEMPLATE = Path(__file__).with_name("cdk") / "Texts.template.json"
"""What the application synthesises, so that it is deployed where Node.js is missing too."""
BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"
OPERATOR = "+14255550155"


@pytest.fixture
def deployed(client):
    """The outputs of the stack."""
    client("ssm").put_parameter(Name=BOOTSTRAP_VERSION, Value="30", Type="String")
    cloudformation, stack = client("cloudformation"), {"StackName": "Texts"}
    change_set = {**stack, "ChangeSetName": "cdk-deploy-change-set"}
    template = TEMPLATE.read_text("utf-8")
    cloudformation.create_change_set(**change_set, ChangeSetType="CREATE", TemplateBody=template)
    assert "CREATE_COMPLETE" == cloudformation.describe_change_set(**change_set)["Status"]
    cloudformation.execute_change_set(**change_set)
    (described,) = cloudformation.describe_stacks(**stack)["Stacks"]
    assert "CREATE_COMPLETE" == described["StackStatus"]
    return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}


def test_template_is_what_the_cdk_synthesises(tmp_path):
    """The template is that of the application, synthesised by aws-cdk-lib."""
    if shutil.which("node") is None:
        pytest.skip("Node.js is not there")
    if not (LIBRARY / "aws-cdk-lib").exists():
        pytest.skip("aws-cdk-lib is not there: `make test` gets it (`make .clients/ready` that alone)")
    # Beside the library: Node.js looks for packages from the place of the program upwards.
    program = shutil.copy(APP / "app.mjs", LIBRARY.parent)

    done = subprocess.run(
        ["node", program],
        env=os.environ | {"CDK_OUTDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert 0 == done.returncode, done.stderr
    synthesised = json.loads((tmp_path / TEMPLATE.name).read_text("utf-8"))
    assert json.loads(TEMPLATE.read_text("utf-8")) == synthesised


def test_template_has_every_type():
    """The application has a construct for each of the twelve resource types."""
    types = {resource["Type"] for resource in json.loads(TEMPLATE.read_text("utf-8"))["Resources"].values()}

    assert 12 == sum(name.startswith("AWS::SMSVOICE::") for name in types)


def test_stack_works(deployed, client, sms):
    """What was deployed receives texts, sends alerts to the operator's phone, and has its tags."""
    messaging = client("pinpoint-sms-voice-v2")
    (pool,) = messaging.describe_pools()["Pools"]
    assert (pool["PoolId"], True) == (deployed["PoolId"], pool["TwoWayEnabled"])
    assert "CREATED" == deployed["BrandStatus"]
    tags = messaging.list_tags_for_resource(ResourceArn=pool["PoolArn"])["Tags"]
    assert {"Key": "team", "Value": "messaging"} in tags

    topics = {
        topic["TopicArn"].partition("Texts-")[2].partition("-")[0]: topic["TopicArn"]
        for topic in client("sns").list_topics()["Topics"]
    }
    (alerts,) = [arn for name, arn in topics.items() if name.startswith("Alerts")]
    client("sns").publish(TopicArn=alerts, Message="Look!")
    sms.settle()
    assert ["Look!"] == [text.body for text in sms.handset(OPERATOR).inbox]

    sms.handset(HANDSET).reply("STOP", to=deployed["Number"])
    sms.settle()
    assert ["You will get no more texts from us."] == [text.body for text in sms.handset(HANDSET).inbox]


def test_stack_is_deleted(deployed, client, sms):
    """Nothing is left when the stack is deleted, a day after it has added the operator's number."""
    sms.clock.advance(days=2)

    client("cloudformation").delete_stack(StackName="Texts")

    assert [] == client("cloudformation").describe_stacks()["Stacks"]
    messaging = client("pinpoint-sms-voice-v2")
    kinds = ("phone_numbers", "pools", "sender_ids", "configuration_sets", "protect_configurations", "rcs_agents")
    kinds += ("registrations", "registration_attachments", "notify_configurations", "verified_destination_numbers")
    left = {kind: rows for kind in kinds for rows in getattr(messaging, f"describe_{kind}")().values() if type(rows) is list}
    assert set() == {kind for kind, rows in left.items() if rows}


def test_account_without_bootstrap(client):
    """Without the parameter that `cdk bootstrap` makes, the change set is refused in AWS's words."""
    template = TEMPLATE.read_text("utf-8")

    with pytest.raises(Exception, match=rf"Unable to fetch parameters \[{BOOTSTRAP_VERSION}\] from parameter store"):
        client("cloudformation").create_change_set(
            StackName="Texts", ChangeSetName="first", ChangeSetType="CREATE", TemplateBody=template
        )
