"""`verify`: against an emulator that answers the same, and against one that differs in three planted places."""

import json
import os
import subprocess
import sys

import boto3
import pytest

from emulator.front import verify
from emulator.front.verify import ACCOUNT, differences, masked, probes, record, replay


@pytest.fixture
def other(sms_server):
    """A client of a second emulator."""
    session = boto3.session.Session("111122223333", "secret", region_name="us-east-1")
    client = session.client(verify.API, endpoint_url=sms_server.endpoint_url, config=verify.UNCHECKED)
    yield client
    client.close()


@pytest.fixture
def plant(other):
    """Change the bodies of what the second emulator answers: `plant("DescribePools", change)`."""

    def change_answers(operation, change):
        def rewrite(response_dict, **_):
            body = json.loads(response_dict["body"])
            change(body)
            response_dict["body"] = json.dumps(body).encode()

        other.meta.events.register(f"before-parse.{verify.API}.{operation}", rewrite)

    return change_answers


def test_an_emulator_agrees_with_another(other, tmp_path):
    """Nothing differs from an emulator of the same version, and what costs money is not sent."""
    report, differing = verify.verify(other, tmp_path)

    sent = [probe.name for probe in probes() if not probe.cost]
    assert 0 == differing, report
    assert f"{len(sent)} probes sent, 0 differ, 2 skipped." in report
    assert sorted(f"{name}.json" for name in sent) == sorted(path.name for path in (tmp_path / "answers").iterdir())


def test_three_planted_differences_are_found(other, plant, tmp_path):
    """A sentence, a reason and a missing member are reported where they are, and nothing else is."""

    def another_sentence(body):
        body["message"] = body["Message"] = "There is no such pool"

    def another_reason(body):
        body["Reason"] = "INVALID_REQUEST"

    def one_member_less(body):
        del body["OptOutLists"][0]["CreatedTimestamp"]

    plant("DeletePool", another_sentence)
    plant("RequestSenderId", another_reason)
    plant("DescribeOptOutLists", one_member_less)

    report, differing = verify.verify(other, tmp_path)

    assert 4 == differing  # There are two probes of RequestSenderId.
    assert '| error.message | "There is no such pool" |' in report
    assert '| error.Reason | "INVALID_REQUEST" | "SENDER_ID_NOT_SUPPORTED" |' in report
    assert '| answer.OptOutLists[].CreatedTimestamp |  | "datetime" |' in report


def test_recordings_can_be_replayed(other, plant, tmp_path):
    """What was recorded of a service that differs still differs when it is replayed later."""
    plant("DeletePool", lambda body: body.update(ResourceType="X"))
    verify.verify(other, tmp_path)
    recordings = [json.loads(path.read_text("utf-8")) for path in sorted((tmp_path / "answers").iterdir())]

    found = {recording["probe"]: differing for recording, differing in replay(recordings) if differing}

    assert ["unknown-deleted-pool"] == list(found)
    (one,) = found["unknown-deleted-pool"]
    assert ("error.ResourceType", "X", "pool") == (one.where, one.theirs, one.ours)


def test_nothing_personal_is_recorded(other, tmp_path):
    """Account ids, numbers and ids are replaced, in sentences and in members."""
    verify.verify(other, tmp_path)

    text = "".join(path.read_text("utf-8") for path in tmp_path.rglob("*.*"))
    assert "111122223333" not in text
    assert masked("to +14255550100 of 111122223333") == f"to +10000000000 of {ACCOUNT}"


@pytest.mark.parametrize("probe", [probe for probe in probes() if probe.cost], ids=lambda probe: probe.name)
def test_what_costs_is_sent_when_allowed(other, sms, probe):
    """The probes that cost money send a text to a simulator number."""
    recorded = record(other, probe)

    assert [] == differences(recorded, recorded)
    assert "answer" in recorded or "NO_ORIGINATION_IDENTITIES_FOUND" == recorded["error"]["Reason"]


def test_what_iam_forbids_is_skipped(other, tmp_path):
    """A probe that the caller may not send is no difference; it is listed with the reason."""

    def deny(response_dict, **_):
        body = {
            "__type": "AccessDeniedException",
            "message": "User: me is not authorized to perform: sms-voice:DeletePool",
        }
        response_dict |= {"status_code": 400, "body": json.dumps(body).encode()}

    other.meta.events.register(f"before-parse.{verify.API}.DeletePool", deny)

    report, differing = verify.verify(other, tmp_path)

    assert 0 == differing, report
    assert "- unknown-deleted-pool: User: me is not authorized to perform: sms-voice:DeletePool" in report


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"endpoint_url": "http://127.0.0.1:9"}, "Could not connect"),
        ({"region_name": "mars-1"}, "Credential should be scoped to a valid region"),
    ],
)
def test_without_an_answer_nothing_is_compared(sms_server, tmp_path, members, reason):
    """Where nobody answers, or the credentials or the region are not accepted, that is said at once."""
    settings = {"endpoint_url": sms_server.endpoint_url, "region_name": "us-east-1", "config": verify.UNCHECKED} | members

    with pytest.raises(verify.NothingAnswered, match=reason):
        verify.verify(boto3.client(verify.API, **settings), tmp_path)
    assert [] == list((tmp_path / "answers").iterdir())


def test_probes_change_nothing(other, sms):
    """A used account is as it was before."""
    before = [other.describe_phone_numbers()["PhoneNumbers"], other.describe_pools()["Pools"]]

    for probe in probes():
        if not probe.cost:
            record(other, probe)

    assert before == [other.describe_phone_numbers()["PhoneNumbers"], other.describe_pools()["Pools"]]
    assert [] == sms.inbox.messages()
    assert [] == other.describe_sender_ids()["SenderIds"]


def test_the_command(sms_server, tmp_path):
    """The command prints the report, writes both, and exits with 0 if nothing differs."""
    config = tmp_path / "config"
    config.write_text(f"[profile mine]\naws_access_key_id = {ACCOUNT}\naws_secret_access_key = secret\n", "utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    command = [sys.executable, "-m", "emulator", "verify", "--profile", "mine", "--region", "us-east-1"]
    command += ["--endpoint-url", sms_server.endpoint_url, "--output", str(tmp_path / "out")]

    ended = subprocess.run(
        command,
        env=environment | {"AWS_CONFIG_FILE": str(config), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (0, "") == (ended.returncode, ended.stderr)
    assert "0 differ" in ended.stdout
    assert (tmp_path / "out" / "report.md").exists()
