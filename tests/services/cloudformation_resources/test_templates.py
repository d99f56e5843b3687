"""Templates: what CloudFormation refuses before it deploys, what the registry finds in properties, and how YAML is read."""

import base64

import pytest

KEYWORDS = {"HELP": {"Message": "Ask us"}, "STOP": {"Message": "Bye"}}
NUMBER = {"IsoCountryCode": "US", "NumberType": "TEN_DLC", "NumberCapabilities": ["SMS"], "MandatoryKeywords": KEYWORDS}
DESTINATION = {
    "EventDestinationName": "all",
    "Enabled": True,
    "MatchingEventTypes": ["ALL"],
    "SnsDestination": {"TopicArn": "arn:aws:sns:us-east-1:123456789012:x"},
}


def resource(kind, **properties):
    """Return a resource of a template."""
    return {"Type": f"AWS::SMSVOICE::{kind}", "Properties": properties}


# --- Properties -------------------------------------------------------------------------------------------------------

PROBLEMS = [
    ("PhoneNumber", {**NUMBER, "Kind": "x"}, ["#: extraneous key [Kind] is not permitted"]),
    ("PhoneNumber", {**NUMBER, "Arn": "x"}, ["#: extraneous key [Arn] is not permitted"]),
    ("Pool", {}, ["#: required key [OriginationIdentities] not found", "#: required key [MandatoryKeywords] not found"]),
    (
        "PhoneNumber",
        {**NUMBER, "NumberCapabilities": "SMS"},
        ["#/NumberCapabilities: expected type: JSONArray, found: String"],
    ),
    (
        "PhoneNumber",
        {**NUMBER, "DeletionProtectionEnabled": "perhaps"},
        ["#/DeletionProtectionEnabled: expected type: Boolean, found: String"],
    ),
    ("PhoneNumber", {**NUMBER, "TwoWay": True}, ["#/TwoWay: expected type: JSONObject, found: Boolean"]),
    (
        "PhoneNumber",
        {**NUMBER, "NumberType": "SHORT_CODE"},
        ["#/NumberType: failed validation constraint for keyword [enum]"],
    ),
    (
        "PhoneNumber",
        {**NUMBER, "IsoCountryCode": "USA"},
        ["#/IsoCountryCode: failed validation constraint for keyword [pattern]"],
    ),
    (
        "PhoneNumber",
        {**NUMBER, "OptionalKeywords": [{"Keyword": "Stop", "Message": "x", "Action": "OPT_IN"}]},
        ["#/OptionalKeywords/0/Keyword: failed validation constraint for keyword [pattern]"],
    ),
    (
        "PhoneNumber",
        {**NUMBER, "MandatoryKeywords": {"HELP": {"Message": "x"}}},
        ["#/MandatoryKeywords: required key [STOP] not found"],
    ),
    (
        "Pool",
        {"OriginationIdentities": [], "MandatoryKeywords": KEYWORDS},
        ["#/OriginationIdentities: expected minimum item count: 1, found: 0"],
    ),
    ("OptOutList", {"OptOutListName": "x" * 65}, ["#/OptOutListName: expected maxLength: 64, actual: 65"]),
    ("OptOutList", {"OptOutListName": "x" * 65, "Kind": 1}, ["#: extraneous key [Kind] is not permitted"]),
    (
        "NotifyConfiguration",
        {"DisplayName": "", "UseCase": "CODE_VERIFICATION", "EnabledChannels": ["SMS"]},
        [
            "#/DisplayName: expected minLength: 1, actual: 0",
        ],
    ),
    (
        "ConfigurationSet",
        {"EventDestinations": [DESTINATION] * 6},
        [
            "#/EventDestinations: expected maximum item count: 5, found: 6",
        ],
    ),
    (
        "ConfigurationSet",
        {"EventDestinations": [{k: v for k, v in DESTINATION.items() if k != "SnsDestination"}]},
        [
            "#/EventDestinations/0: 0 subschemas matched instead of one",
        ],
    ),
    (
        "ProtectConfiguration",
        {"CountryRuleSet": {}},
        [
            "#/CountryRuleSet: no subschema matched out of the total 3 subschemas",
        ],
    ),
    (
        "Pool",
        {"OriginationIdentities": ["arn:aws:sms-voice:x"] * 2, "MandatoryKeywords": KEYWORDS},
        [
            "#/OriginationIdentities: array items are not unique",
        ],
    ),
]


@pytest.mark.parametrize(("kind", "properties", "problems"), PROBLEMS)
def test_properties_are_checked(stack, kind, properties, problems):
    """A property that is unknown, missing or of the wrong form fails the stack, before anything is called."""
    assert "ROLLBACK_COMPLETE" == stack.create({"It": resource(kind, **properties)})

    reason = stack.reason("It", "CREATE_FAILED")
    assert reason.startswith("Properties validation failed for resource It with message:\n")
    assert set(problems) <= set(reason.splitlines()[1:])
    failed = "Validation failed for following resources: [It]. Rollback requested by user."
    assert failed == stack.reason("texts", "ROLLBACK_IN_PROGRESS")


def test_values_are_converted(stack, sms_client):
    """What a parameter gives as text becomes a boolean, and a number becomes text."""
    resources = {
        "Set": resource("ConfigurationSet", ConfigurationSetName=2026, MessageFeedbackEnabled={"Ref": "Feedback"}),
    }
    sections = {"Parameters": {"Feedback": {"Type": "String", "Default": "true"}}}

    assert "CREATE_COMPLETE" == stack.create(resources, None, sections)

    (row,) = sms_client.describe_configuration_sets()["ConfigurationSets"]
    assert ("2026", True) == (row["ConfigurationSetName"], row["DefaultMessageFeedbackEnabled"])


def test_no_value(stack, sms_client):
    """AWS::NoValue leaves a property out, and an item of a list too."""
    resources = {"Number": resource("PhoneNumber", **NUMBER, OptOutListName={"Ref": "AWS::NoValue"})}
    resources["Number"]["Properties"]["NumberCapabilities"] = ["SMS", {"Ref": "AWS::NoValue"}]

    assert "CREATE_COMPLETE" == stack.create(resources)

    (row,) = sms_client.describe_phone_numbers()["PhoneNumbers"]
    assert ("Default", ["SMS"]) == (row["OptOutListName"], row["NumberCapabilities"])


# --- What is refused at once ------------------------------------------------------------------------------------------

REFUSED = [
    ({"It": {"Type": "AWS::SMSVOICE::Keyword"}}, {}, r"Unrecognized resource types: \[AWS::SMSVOICE::Keyword\]"),
    (
        {"It": resource("OptOutList", OptOutListName={"Ref": "None"})},
        {},
        r"Unresolved resource dependencies \[None\] in the Resources block of the template",
    ),
    (
        {"It": resource("OptOutList", OptOutListName={"Fn::Sub": "${None}"})},
        {},
        r"Unresolved resource dependencies \[None\] in the Resources block of the template",
    ),
    ({"It": {**resource("OptOutList"), "DependsOn": "None"}}, {}, r"Unresolved resource dependencies \[None\]"),
    (
        {"It": resource("OptOutList")},
        {"Outputs": {"X": {"Value": {"Fn::GetAtt": ["It", "Name"]}}}},
        "resource It does not support attribute type Name in Fn::GetAtt",
    ),
    (
        {
            "A": resource("OptOutList", OptOutListName={"Ref": "B"}),
            "B": resource("OptOutList", OptOutListName={"Ref": "A"}),
        },
        {},
        r"Circular dependency between resources: \[A, B\]",
    ),
    ({"It": {"Properties": {}}}, {}, "Every Resources object must contain a Type member"),
    ({}, {}, "At least one Resources member must be defined"),
    ({"It": {**resource("OptOutList"), "Condition": "None"}}, {}, "Unresolved condition None"),
    ({"It": resource("OptOutList")}, {"Parameters": {"Name": {"Type": "String"}}}, r"Parameters: \[Name\] must have values"),
    (
        {"It": resource("OptOutList")},
        {"Parameters": {"Name": {"Type": "String", "Default": "c", "AllowedValues": ["a", "b"]}}},
        "Parameter 'Name' must be one of AllowedValues",
    ),
    (
        {"It": resource("OptOutList")},
        {"Parameters": {"Bootstrap": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/none"}}},
        r"Unable to fetch parameters \[/none\] from parameter store for this account",
    ),
]


@pytest.mark.parametrize(("resources", "sections", "sentence"), REFUSED)
def test_template_is_refused(stack, resources, sections, sentence):
    """A template that cannot be deployed is refused, by a stack and by a change set, and no stack is there."""
    body = stack.template(resources, **sections)
    with pytest.raises(Exception, match=rf"\(ValidationError\).*{sentence}"):
        stack.client.create_stack(StackName="texts", TemplateBody=body)
    with pytest.raises(Exception, match=sentence):
        stack.client.create_change_set(StackName="texts", ChangeSetName="first", ChangeSetType="CREATE", TemplateBody=body)

    assert [] == stack.client.describe_stacks()["Stacks"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("Resources: [", "YAML not well-formed"),
        ('{"Resources": ', r"JSON not well-formed. \(line 1, column 15\)"),
        ("- a", "unsupported structure"),
        ("Resources: !!python/object/apply:os.getcwd []", "YAML not well-formed"),
        ("Resources: {It: {Type: AWS::SMSVOICE::OptOutList}}\nOutputs:", r"\[/Outputs\] 'null' values are not allowed"),
    ],
)
def test_text_is_refused(stack, body, sentence):
    """What is not a template is refused."""
    with pytest.raises(Exception, match=sentence):
        stack.client.create_stack(StackName="texts", TemplateBody=body)


def test_unknown_parameter(stack):
    """A parameter that the template does not have is refused."""
    with pytest.raises(Exception, match=r"Parameters: \[Stage\] do not exist in the template"):
        stack.create({"It": resource("OptOutList")}, Parameters=[{"ParameterKey": "Stage", "ParameterValue": "x"}])


# --- YAML -------------------------------------------------------------------------------------------------------------

YAML = """
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Stage: {Type: String, Default: test}
Mappings:
  Senders: {test: {Name: TESTER}}
Conditions:
  IsTest: !Equals [!Ref Stage, test]
Resources:
  Sender:
    Type: AWS::SMSVOICE::SenderId
    Properties:
      IsoCountryCode: NO
      SenderId: !FindInMap [Senders, !Ref Stage, Name]
  List:
    Type: AWS::SMSVOICE::OptOutList
    Properties:
      OptOutListName: !Sub ["${Name}-${Stage}", {Name: !Select [1, !Split [",", "a,news"]]}]
  Policy:
    Type: AWS::SMSVOICE::ResourcePolicy
    Condition: IsTest
    Properties:
      ResourceArn: !GetAtt List.Arn
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - {Effect: Allow, Principal: "*", Action: "sms-voice:*", Resource: !GetAtt List.Arn}
Outputs:
  Sender: {Value: !Ref Sender}
  List: {Value: !Join ["/", [!Ref "AWS::Region", !Ref List]]}
  Literal: {Value: !Sub "${!Literal}"}
  Encoded: {Value: !Base64 {Ref: List}}
"""


def test_yaml(stack, client):
    """The short forms of functions, a date, and Norway, are read as they are meant."""
    stack.client.create_stack(StackName="texts", TemplateBody=YAML)

    assert "CREATE_COMPLETE" == stack.status
    encoded = base64.b64encode(b"news-test").decode()
    expected = {"Sender": "NO|TESTER", "List": "us-east-1/news-test", "Literal": "${Literal}", "Encoded": encoded}
    assert expected == stack.outputs
    sms = client("pinpoint-sms-voice-v2")
    (row,) = [row for row in sms.describe_opt_out_lists()["OptOutLists"] if row["OptOutListName"] != "Default"]
    assert '"2012-10-17"' in sms.get_resource_policy(ResourceArn=row["OptOutListArn"])["Policy"]


def test_template_is_kept_as_written(stack):
    """GetTemplate returns the text that was given."""
    stack.client.create_stack(StackName="texts", TemplateBody=YAML)

    assert YAML == stack.client.get_template(StackName="texts")["TemplateBody"]


def test_types_that_moto_lacks(stack):
    """A type of another service that moto does not have is named in the events, and creates nothing."""
    stack.create({"It": {"Type": "AWS::Elsewhere::Thing"}, "List": resource("OptOutList")})

    assert "CREATE_COMPLETE" == stack.status
    listed = stack.client.describe_stack_events(StackName="texts")["StackEvents"]
    notes = [event.get("ResourceStatusReason") for event in listed if event["LogicalResourceId"] == "It"]
    assert "The emulator has no resources of this type: nothing was created." in notes


# --- Capabilities, and templates that are only read -------------------------------------------------------------------

TRUST = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "sms-voice.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
ROLE = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
NAMED_ROLE = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST, "RoleName": "sender"}}


@pytest.mark.parametrize(
    ("role", "required"), [(ROLE, "CAPABILITY_IAM"), (NAMED_ROLE, "CAPABILITY_NAMED_IAM")], ids=["unnamed", "named"]
)
def test_capabilities(stack, role, required):
    """Resources of IAM have to be acknowledged, by a stack and by a change set."""
    body = stack.template({"Role": role})
    sentence = rf"\(InsufficientCapabilitiesException\).*Requires capabilities : \[{required}\]"
    with pytest.raises(Exception, match=sentence):
        stack.client.create_stack(StackName="texts", TemplateBody=body)
    change_set = {"StackName": "texts", "ChangeSetName": "first", "ChangeSetType": "CREATE", "TemplateBody": body}
    with pytest.raises(Exception, match=sentence):
        stack.client.create_change_set(**change_set)

    stack.client.create_change_set(**change_set, Capabilities=[required])
    stack.client.execute_change_set(StackName="texts", ChangeSetName="first")

    assert "CREATE_COMPLETE" == stack.status


def test_template_is_validated(stack):
    """ValidateTemplate and GetTemplateSummary say what a template has, and the first refuses what cannot be deployed."""
    sections = {"Parameters": {"Stage": {"Type": "String", "Default": "test"}}, "Description": "Lists"}
    body = stack.template({"List": resource("OptOutList"), "Role": ROLE}, **sections)

    validated = stack.client.validate_template(TemplateBody=body)
    assert ("Lists", ["CAPABILITY_IAM"]) == (validated["Description"], validated["Capabilities"])
    assert [("Stage", "test")] == [(each["ParameterKey"], each["DefaultValue"]) for each in validated["Parameters"]]
    summary = stack.client.get_template_summary(TemplateBody=body)
    assert ["AWS::SMSVOICE::OptOutList", "AWS::IAM::Role"] == summary["ResourceTypes"]
    with pytest.raises(Exception, match="Unrecognized resource types"):
        stack.client.validate_template(TemplateBody=stack.template({"It": resource("Keyword")}))
