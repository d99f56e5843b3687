"""
`sms-voice-emulator verify`: compare the emulator with a real account.

Each probe of data/probes.json is sent to AWS and to an emulator of its own. What they answer is compared by shape, code,
reason, fields and sentence. The report says where they differ; the recordings, in which account ids, numbers and ids are
replaced, can be dropped into tests/recorded/answers, from where the suite replays them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from emulator.front.mock import mock_sms
from emulator.kernel.tables import load_table

API = "pinpoint-sms-voice-v2"
ACCOUNT = "123456789012"
"""The account of the emulator, and what account ids are replaced by."""
MASKS = (
    (re.compile(r"\b\d{12}\b"), ACCOUNT),
    (re.compile(r"\+\d{7,15}\b"), "+10000000000"),
    (
        re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"),
        "00000000-0000-0000-0000-000000000000",
    ),
    (re.compile(r"\b([a-z]+)-[0-9a-f]{16,32}\b"), r"\1-0"),
)
"""What is replaced in a recording, in order: account ids, numbers, request and message ids, ids of resources."""
TABLE = ("| where | AWS | emulator |", "| --- | --- | --- |")
UNCHECKED = Config(parameter_validation=False)
"""The configuration of a client that sends a request although it breaks the model's constraints."""
NOT_ADMITTED = frozenset(
    {"ExpiredTokenException", "InvalidSignatureException", "SignatureDoesNotMatch", "UnrecognizedClientException"}
)
"""The errors of credentials or of a region, which say nothing about the API."""
UNAUTHORIZED = "is not authorized to perform"
"""What IAM says of an operation that the caller may not use."""
ERROR_MEMBERS = ("Reason", "ResourceType", "ResourceId")


class NotAllowed(Exception):
    """The caller may not send this probe."""


class NothingAnswered(Exception):
    """No probe was answered; the message says why."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One request; `cost` marks one that sends a real message."""

    name: str
    operation: str
    request: Mapping[str, Any]
    cost: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: where in the answer it is, and what each side has there; None for nothing."""

    where: str
    theirs: Any
    ours: Any


Recording = dict[str, Any]
"""
A probe's name, operation and request, and its `answer` (the shape of its members) or `error`.

One that was published by others names its `source`, its `service` if it is not this API, and `before`: the calls, like
recordings themselves, that lead to it. `keep` names values of their answers by path, for later requests.
"""


def probes() -> list[Probe]:
    """Return all probes."""
    return [Probe(**row) for row in load_table("front/data/probes.json")["probes"]]


def record(client: Any, probe: Probe) -> Recording:
    """
    Send a probe; return what came back, with everything personal replaced.

    Raises:
        BotoCoreError: If there was no answer, or the installed botocore does not know the operation's members.
        NotAllowed: If IAM does not allow the operation.
        NothingAnswered: If the credentials are not accepted.
    """
    recording: Recording = {"probe": probe.name, "operation": probe.operation, "request": dict(probe.request)}
    try:
        answer = _call(client, probe.operation, probe.request, {})
    except ClientError as error:
        found = _error(error.response)
        if found["code"] in NOT_ADMITTED:
            raise NothingAnswered(f"{found['code']}: {found['message']}") from error
        if UNAUTHORIZED in found["message"]:
            raise NotAllowed(found["message"]) from error
        return recording | {"error": found}
    return recording | {"answer": shape_of(answer)}


def _call(client: Any, operation: str, request: Mapping[str, Any], kept: Mapping[str, str]) -> dict[str, Any]:
    values = {"{region}": str(client.meta.region_name), "{account}": ACCOUNT, **kept}
    answer: dict[str, Any] = getattr(client, xform_name(operation))(**json.loads(_replace(json.dumps(request), values)))
    answer.pop("ResponseMetadata", None)
    return answer


def _replace(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def _error(response: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "code": response["Error"]["Code"],
        "status": response["ResponseMetadata"]["HTTPStatusCode"],
        "message": masked(response["Error"]["Message"]),
    }
    found |= {name: masked(response[name]) for name in ERROR_MEMBERS if name in response}
    if "Fields" in response:
        found["Fields"] = [{"Name": field["Name"], "Message": masked(field["Message"])} for field in response["Fields"]]
    return found


def masked(text: str) -> str:
    """Return a text with account ids, numbers and ids replaced."""
    for pattern, replacement in MASKS:
        text = pattern.sub(replacement, text)
    return text


def shape_of(value: Any) -> Any:
    """Return the shape of an answer: names and types without values. A list has the shape of all its items together."""
    if isinstance(value, dict):
        return {name: shape_of(item) for name, item in value.items()}
    if isinstance(value, list):
        merged: Any = None
        for item in value:
            merged = _merge(merged, shape_of(item))
        return [] if merged is None else [merged]
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def _merge(first: Any, second: Any) -> Any:
    if isinstance(first, dict) and isinstance(second, dict):
        return first | {name: _merge(first.get(name), item) for name, item in second.items()}
    if isinstance(first, list) and isinstance(second, list) and first and second:
        return [_merge(first[0], second[0])]
    return second if first is None or first == [] else first


def differences(theirs: Recording, ours: Recording) -> list[Difference]:
    """
    Return where two recordings of a probe differ.

    Of answers the shapes are compared: rows that only one account has are not a difference, and neither are their values.
    """
    if ("error" in theirs) != ("error" in ours):
        return [Difference("outcome", _outcome(theirs), _outcome(ours))]
    if "answer" in theirs:
        found = list(_shape_differences("answer", theirs["answer"], ours["answer"]))
        # What is published may show a part, or be older than a member.
        return [one for one in found if one.theirs is not None or "source" not in theirs]
    return list(_error_differences(theirs["error"], ours["error"]))


def _outcome(recording: Recording) -> str:
    return str(recording["error"]["code"]) if "error" in recording else "an answer"


def _shape_differences(where: str, theirs: Any, ours: Any) -> Iterator[Difference]:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for name in [*theirs, *(name for name in ours if name not in theirs)]:
            if name == "NextToken":
                continue  # It depends on the number of rows.
            if name in theirs and name in ours:
                yield from _shape_differences(f"{where}.{name}", theirs[name], ours[name])
            else:
                yield Difference(f"{where}.{name}", theirs.get(name), ours.get(name))
    elif isinstance(theirs, list) and isinstance(ours, list):
        if theirs and ours:
            yield from _shape_differences(f"{where}[]", theirs[0], ours[0])
    elif theirs != ours:
        yield Difference(where, theirs, ours)


def _error_differences(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> Iterator[Difference]:
    for name in ("code", "status", *ERROR_MEMBERS, "message"):
        if theirs.get(name) != ours.get(name):
            yield Difference(f"error.{name}", theirs.get(name), ours.get(name))
    fields = [{field["Name"]: field["Message"] for field in error.get("Fields", ())} for error in (theirs, ours)]
    for name in sorted({*fields[0], *fields[1]}):
        if fields[0].get(name) != fields[1].get(name):
            yield Difference(f"error.Fields.{name}", fields[0].get(name), fields[1].get(name))


def replay(recordings: Iterable[Recording]) -> Iterator[tuple[Recording, list[Difference]]]:
    """Yield each recording with its differences from the answer of an empty emulator, one of its own for each."""
    session = boto3.session.Session(ACCOUNT, "secret", region_name="us-east-1")

    @cache
    def client_of(service: str) -> Any:
        # Made once: reading the model takes longer than all the probes.
        return session.client(service, config=UNCHECKED)  # type: ignore[call-overload]

    for recording in recordings:
        kept: dict[str, str] = {}
        with mock_sms():
            for call in recording.get("before", ()):
                answer = _call(client_of(call.get("service", API)), call["operation"], call["request"], kept)
                kept |= {f"{{{name}}}": str(_at(answer, path)) for name, path in call.get("keep", {}).items()}
            request = json.loads(_replace(json.dumps(recording["request"]), kept))
            probe = Probe(recording["probe"], recording["operation"], request)
            ours = record(client_of(recording.get("service", API)), probe)
        yield recording, differences(recording, ours)


def _at(answer: Any, path: str) -> Any:
    """Return the value at a path of member names, such as `PhoneNumbers.0.PhoneNumberId`."""
    for name in path.split("."):
        answer = answer[int(name)] if isinstance(answer, list) else answer[name]
    return answer


def verify(client: Any, folder: Path, *, allow_cost: bool = False) -> tuple[str, int]:
    """
    Send all probes by a client of an account, and write the report and the recordings into a folder.

    Args:
        client: a boto3 client of the API.
        folder: it is created if it is missing.
        allow_cost: send the probes that cost money too.

    Returns:
        The report, in Markdown, and how many probes differ.

    Raises:
        NothingAnswered: If no probe was answered; then the folder stays empty.
        OSError: If the folder cannot be written to.
    """
    answers = folder / "answers"
    answers.mkdir(parents=True, exist_ok=True)
    recordings: list[Recording] = []
    skipped: dict[str, str] = {}
    for probe in probes():
        if probe.cost and not allow_cost:
            skipped[probe.name] = "it costs money; --allow-cost sends it"
            continue
        try:
            recordings.append(record(client, probe))
        except BotoCoreError as error:
            if not recordings:
                raise NothingAnswered(masked(str(error))) from error
            skipped[probe.name] = masked(str(error))
        except (NotAllowed, AttributeError) as error:
            skipped[probe.name] = masked(str(error))
    if not recordings:
        raise NothingAnswered(next(iter(skipped.values())))
    compared = list(replay(recordings))
    for recording in recordings:
        text = json.dumps(recording, indent=1, ensure_ascii=False) + "\n"
        (answers / f"{recording['probe']}.json").write_text(text, "utf-8")
    report = report_of(compared, skipped)
    (folder / "report.md").write_text(report, "utf-8")
    return report, sum(bool(found) for _, found in compared)


def report_of(compared: list[tuple[Recording, list[Difference]]], skipped: Mapping[str, str]) -> str:
    """Return the report, in Markdown: a section for each probe that differs, then those that were not sent."""
    differing = [(recording, found) for recording, found in compared if found]
    lines = [
        "# Comparison with AWS",
        "",
        f"{len(compared)} probes sent, {len(differing)} differ, {len(skipped)} skipped.",
        "",
    ]
    for recording, found in differing:
        lines += [
            f"## {recording['probe']} ({recording['operation']})",
            "",
            "| where | AWS | emulator |",
            "| --- | --- | --- |",
        ]
        lines += [f"| {one.where} | {_cell(one.theirs)} | {_cell(one.ours)} |" for one in found]
        lines.append("")
    if skipped:
        lines += ["## Not sent", "", *(f"- {name}: {why}" for name, why in skipped.items()), ""]
    return "\n".join(lines)


def _cell(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False).replace("|", "\\|")
