"""Tags, of everything that has an ARN."""

import pytest

PREFIX = "arn:aws:sms-voice:us-east-1:123456789012:"
KINDS = ["phone-number", "opt-out-list", "configuration-set"]


@pytest.fixture
def make(sms_client, request_number):
    """Makes a resource of a kind, with tags; gives its ARN and how to delete it."""

    def make(kind, **tags):
        members = {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]} if tags else {}
        if kind == "phone-number":
            number = request_number(**members)
            return number["PhoneNumberArn"], lambda: sms_client.release_phone_number(PhoneNumberId=number["PhoneNumberId"])
        if kind == "opt-out-list":
            answer = sms_client.create_opt_out_list(OptOutListName="mine", **members)
            return answer["OptOutListArn"], lambda: sms_client.delete_opt_out_list(OptOutListName="mine")
        answer = sms_client.create_configuration_set(ConfigurationSetName="mine", **members)
        return answer["ConfigurationSetArn"], lambda: sms_client.delete_configuration_set(ConfigurationSetName="mine")

    return make


@pytest.fixture
def tags_of(sms_client):
    """The tags of a resource, key by value."""

    def read(arn):
        answer = sms_client.list_tags_for_resource(ResourceArn=arn)
        assert arn == answer["ResourceArn"]
        return {tag["Key"]: tag["Value"] for tag in answer["Tags"]}

    return read


@pytest.mark.parametrize("kind", KINDS)
def test_life_of_tags(sms_client, make, tags_of, kind):
    """Tags come with a resource, are added, changed and taken off, and nothing else of them changes."""
    arn, _ = make(kind, team="a", stage="test")
    first = tags_of(arn)

    sms_client.tag_resource(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "prod"}, {"Key": "new", "Value": ""}])
    second = tags_of(arn)
    sms_client.untag_resource(ResourceArn=arn, TagKeys=["team", "absent"])

    assert {"team": "a", "stage": "test"} == first
    assert {"team": "a", "stage": "prod", "new": ""} == second
    assert {"stage": "prod", "new": ""} == tags_of(arn)


@pytest.mark.parametrize("kind", KINDS)
def test_resource_without_tags_has_an_empty_list(make, tags_of, kind):
    """A request without tags is accepted."""
    assert {} == tags_of(make(kind)[0])


def test_default_list_can_be_tagged(sms_client, tags_of):
    """The list that every account has takes tags like any other."""
    arn = PREFIX + "opt-out-list/Default"

    sms_client.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}])

    assert {"a": "b"} == tags_of(arn)


@pytest.mark.parametrize("kind", KINDS)
def test_tags_go_with_their_resource(sms, make, tags_of, raises, kind):
    """A deleted resource has no tags, and a new one of the same name does not inherit any."""
    arn, delete = make(kind, team="a")

    delete()

    sms.settle()
    with raises("ResourceNotFoundException", ResourceType=kind, ResourceId=arn):
        tags_of(arn)
    assert {} == tags_of(make(kind)[0])


def test_keys_are_told_apart_by_case(sms_client, make, tags_of):
    """Two keys that differ in case are two tags."""
    arn, _ = make("opt-out-list", team="a")

    sms_client.tag_resource(ResourceArn=arn, Tags=[{"Key": "Team", "Value": "b"}])

    assert {"team": "a", "Team": "b"} == tags_of(arn)


def test_a_resource_has_fifty_tags(sms_client, make, tags_of, raises):
    """The fifty-first key is too many, and then none of the request's tags is kept; a value may still be changed."""
    arn, _ = make("opt-out-list", **{f"k{n}": "v" for n in range(49)})

    with raises("ServiceQuotaExceededException", Reason="TAGS_PER_RESOURCE"):
        sms_client.tag_resource(ResourceArn=arn, Tags=[{"Key": "x", "Value": "1"}, {"Key": "y", "Value": "1"}])
    assert 49 == len(tags_of(arn))
    sms_client.tag_resource(ResourceArn=arn, Tags=[{"Key": "x", "Value": "1"}, {"Key": "k0", "Value": "new"}])
    assert (50, "new") == (len(tags_of(arn)), tags_of(arn)["k0"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_resource_is_not_made_with_too_many_tags(sms_client, make, raises, kind):
    """A Create with fifty-one tags is refused, and nothing is made."""
    with raises("ServiceQuotaExceededException", Reason="TAGS_PER_RESOURCE"):
        make(kind, **{f"k{n}": "v" for n in range(51)})

    assert [] == sms_client.describe_phone_numbers()["PhoneNumbers"]
    assert [] == sms_client.describe_configuration_sets()["ConfigurationSets"]
    assert ["Default"] == [row["OptOutListName"] for row in sms_client.describe_opt_out_lists()["OptOutLists"]]


@pytest.mark.parametrize("operation", ["tag", "untag", "list"])
@pytest.mark.parametrize(
    ("resource", "resource_type"),
    [
        ("phone-number/phone-0", "phone-number"),
        ("sender-id/ACME/DE", "sender-id"),
        ("pool/pool-0", "pool"),
        ("configuration-set/none", "configuration-set"),
        ("opt-out-list/none", "opt-out-list"),
        ("registration/registration-0", "registration"),
        ("protect-configuration/protect-0", "protect-configuration"),
        ("rcs-agent/rcs-0", "rcs-agent"),
    ],
)
def test_unknown_resource_is_not_found(sms_client, raises, operation, resource, resource_type):
    """Every operation names the type and the ARN of what does not exist."""
    name, members = {
        "tag": ("tag_resource", {"Tags": [{"Key": "a", "Value": "b"}]}),
        "untag": ("untag_resource", {"TagKeys": ["a"]}),
        "list": ("list_tags_for_resource", {}),
    }[operation]

    with raises("ResourceNotFoundException", ResourceType=resource_type, ResourceId=PREFIX + resource):
        getattr(sms_client, name)(ResourceArn=PREFIX + resource, **members)


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:sns:us-east-1:123456789012:receipts",
        PREFIX + "keyword/HELP",
        PREFIX + "nothing-like-it",
        "arn:aws:sms-voice:us-east-1",
    ],
)
def test_what_is_no_resource_of_the_service_is_an_invalid_arn(sms_client, raises, arn):
    """An ARN of another service, or of a kind that has no tags, is refused as such."""
    with raises("ValidationException", Reason="INVALID_ARN") as response:
        sms_client.list_tags_for_resource(ResourceArn=arn)
    assert ["resourceArn"] == [field["Name"] for field in response["Fields"]]


@pytest.mark.parametrize("elsewhere", [{"account": "210987654321"}, {"region": "eu-west-1"}], ids=["account", "region"])
def test_tags_of_elsewhere_are_not_found(client, make, raises, elsewhere):
    """Another account or region neither reads nor writes them."""
    arn, _ = make("configuration-set", team="a")
    other = client("pinpoint-sms-voice-v2", **elsewhere)

    for attempt in (
        lambda: other.list_tags_for_resource(ResourceArn=arn),
        lambda: other.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}]),
        lambda: other.untag_resource(ResourceArn=arn, TagKeys=["team"]),
    ):
        with raises("ResourceNotFoundException", ResourceType="configuration-set", ResourceId=arn):
            attempt()


@pytest.mark.parametrize(
    ("tags", "field"),
    [
        ([{"Key": "k" * 129, "Value": ""}], "tags.1.member.key"),
        ([{"Key": "a", "Value": ""}, {"Key": "b", "Value": "v" * 257}], "tags.2.member.value"),
    ],
)
def test_broken_constraint_names_its_member(sms_client, make, raises, tags, field):
    """A key or value that is too long is named by its place in the list."""
    arn, _ = make("configuration-set")

    with raises("ValidationException", Reason="FIELD_VALIDATION_FAILED") as response:
        sms_client.tag_resource(ResourceArn=arn, Tags=tags)
    assert [field] == [entry["Name"] for entry in response["Fields"]]
