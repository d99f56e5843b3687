"""
The infrastructure of an application that texts, as one CloudFormation stack: template.yaml, deployed by boto3.

`aws cloudformation package` and `deploy` do the same on the command line; ../terraform/main.tf creates the same with
Terraform.
"""

import io
import sys
import time
import zipfile
from pathlib import Path

import boto3

STACK, CODE_BUCKET, CODE_KEY = "eum", "eum-code", "reply-processor.zip"
FOLDER = Path(__file__).parent
NO_CHANGES = "didn't contain changes"


def deploy(**parameters):
    """Create or update the stack, as `aws cloudformation deploy` does; return its outputs."""
    client = boto3.client("cloudformation")
    kind = "UPDATE" if exists(client) else "CREATE"
    proposed = client.create_change_set(
        StackName=STACK,
        ChangeSetName=f"deploy-{time.time_ns()}",
        ChangeSetType=kind,
        TemplateBody=package(),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM"],
        Tags=[{"Key": "Application", "Value": "EndUserMessaging"}],
    )
    change_set = client.describe_change_set(ChangeSetName=proposed["Id"])
    while change_set["Status"] in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
        change_set = client.describe_change_set(ChangeSetName=proposed["Id"])
    if change_set["Status"] == "FAILED" and NO_CHANGES in change_set["StatusReason"]:
        client.delete_change_set(ChangeSetName=proposed["Id"])
    else:
        client.execute_change_set(ChangeSetName=proposed["Id"])
        client.get_waiter(f"stack_{kind.lower()}_complete").wait(StackName=STACK)
    (stack,) = client.describe_stacks(StackName=STACK)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def exists(client):
    """Return whether the stack has been created."""
    names = [stack["StackName"] for page in client.get_paginator("describe_stacks").paginate() for stack in page["Stacks"]]
    return STACK in names


def package():
    """Upload the function's code, and return the template with the place where it is."""
    s3, code = boto3.client("s3"), io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        # Without the file's time, so that the same code gives the same bytes.
        archive.writestr(zipfile.ZipInfo("index.py"), (FOLDER / "index.py").read_text("utf-8"))
    s3.create_bucket(Bucket=CODE_BUCKET)
    s3.put_object(Bucket=CODE_BUCKET, Key=CODE_KEY, Body=code.getvalue())
    template = (FOLDER / "template.yaml").read_text("utf-8")
    return template.replace("Code: index.py", f"Code: {{S3Bucket: {CODE_BUCKET}, S3Key: {CODE_KEY}}}")


def remove():
    """Delete the stack."""
    client = boto3.client("cloudformation")
    client.delete_stack(StackName=STACK)
    client.get_waiter("stack_delete_complete").wait(StackName=STACK)


if __name__ == "__main__":
    if sys.argv[1:] == ["remove"]:
        remove()
    else:
        for key, value in deploy(**dict(argument.split("=", 1) for argument in sys.argv[1:])).items():
            print(f"{key:<10}{value}")
