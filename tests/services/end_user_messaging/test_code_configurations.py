"""Notify code configurations, and tags."""

from __future__ import annotations

import pytest

TEXT = {"inlineTemplateBody": "Your code is {{code}}."}


def test_a_default_is_not_stored(codes, create_configuration):
    """A configuration has what it was given, and nothing else."""
    row = create_configuration(channelParameters={"text": TEXT}, codeConfigurationParameters={"codeLength": 8})

    assert {"codeLength": 8} == row["codeConfigurationParameters"]
    assert {"text": TEXT} == row["channelParameters"]
    assert row["notifyCodeConfigurationId"].startswith("cc-")
    assert (
        row
        == codes.get_notify_code_configuration(notifyCodeConfigurationId=row["notifyCodeConfigurationArn"])[
            "notifyCodeConfiguration"
        ]
    )


def test_an_update_merges(codes, create_configuration):
    """Absent members stay, an empty one clears, and a channel without members disappears."""
    row = create_configuration(
        channelParameters={"text": TEXT, "voice": {**TEXT, "voiceId": "Joanna"}},
        codeConfigurationParameters={"codeLength": 8},
    )

    updated = codes.update_notify_code_configuration(
        notifyCodeConfigurationId=row["notifyCodeConfigurationId"],
        codeConfigurationParameters={"maxAttempts": 5},
        channelParameters={"text": {"inlineTemplateBody": ""}, "voice": {"voiceId": ""}},
    )["notifyCodeConfiguration"]

    assert {"codeLength": 8, "maxAttempts": 5} == updated["codeConfigurationParameters"]
    assert {"voice": TEXT} == updated["channelParameters"]
    assert row["notifyCodeConfigurationName"] == updated["notifyCodeConfigurationName"]


def test_deletion_protection(codes, create_configuration, raises):
    """A protected configuration is deleted once its protection is off, and is unknown afterwards."""
    row = create_configuration(deletionProtectionEnabled=True)
    configuration_id = row["notifyCodeConfigurationId"]

    with raises("ConflictException", resourceType="notify-code-configuration", resourceId=configuration_id):
        codes.delete_notify_code_configuration(notifyCodeConfigurationId=configuration_id)
    codes.update_notify_code_configuration(notifyCodeConfigurationId=configuration_id, deletionProtectionEnabled=False)
    codes.delete_notify_code_configuration(notifyCodeConfigurationId=row["notifyCodeConfigurationArn"])

    with raises("ResourceNotFoundException"):
        codes.get_notify_code_configuration(notifyCodeConfigurationId=configuration_id)


def test_pages(codes, create_configuration):
    """The paginator of the model lists every configuration."""
    made = [create_configuration(notifyCodeConfigurationName=f"c{count}")["notifyCodeConfigurationId"] for count in range(5)]

    pages = codes.get_paginator("list_notify_code_configurations").paginate(PaginationConfig={"PageSize": 2})

    rows = [row for page in pages for row in page["notifyCodeConfigurations"]]
    assert made == [row["notifyCodeConfigurationId"] for row in rows]


def test_a_client_token_is_answered_again(create_configuration, raises):
    """The same token gives the same configuration, and with other parameters a conflict."""
    first = create_configuration(clientToken="once")

    assert first == create_configuration(clientToken="once")
    with raises("ConflictException"):
        create_configuration(clientToken="once", notifyCodeConfigurationName="other")


@pytest.mark.parametrize("kind", ["notify-code-configuration", "brand-profile"])
def test_tags(codes, create_configuration, kind, raises):
    """Tags are added, overwritten and removed by the ARN, which has a slash."""
    if kind == "brand-profile":
        made = codes.create_brand_profile(brandProfileName="Shop", tags=[{"key": "a", "value": "1"}])
        arn = made["brandProfileArn"]
    else:
        arn = create_configuration(tags=[{"key": "a", "value": "1"}])["notifyCodeConfigurationArn"]

    codes.tag_resource(resourceArn=arn, tags=[{"key": "b c", "value": "2"}, {"key": "a", "value": "3"}])
    both = codes.list_tags_for_resource(resourceArn=arn)["tags"]
    codes.untag_resource(resourceArn=arn, tagKeys=["b c", "unknown"])

    assert [{"key": "a", "value": "3"}, {"key": "b c", "value": "2"}] == both
    assert [{"key": "a", "value": "3"}] == codes.list_tags_for_resource(resourceArn=arn)["tags"]
    with raises("ResourceNotFoundException"):
        codes.list_tags_for_resource(resourceArn=arn[:-1])
    with raises("ServiceQuotaExceededException"):
        codes.tag_resource(resourceArn=arn, tags=[{"key": f"k{count}", "value": ""} for count in range(50)])
