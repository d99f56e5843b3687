"""Make at the start what a configuration names, by the same operations that a client would call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from emulator.services.sms_voice_v2.service import service as sms_voice_v2
from emulator.tester.accounts import ACCOUNT, change_account
from emulator.tester.carriers import change_rules
from emulator.tester.errors import BadCommand
from emulator.tester.handsets import BEHAVIOUR, change_handset
from emulator.tester.readers import check_scope, read_each, read_members
from emulator.wire.credentials import DEFAULT_ACCOUNT, DEFAULT_REGION
from emulator.wire.errors import ServiceError

if TYPE_CHECKING:
    from emulator.engine import Emulator

Entry = dict[str, Any]
SCOPE = ("account", "region")


def furnish(emulator: Emulator, config: Mapping[str, Any]) -> None:
    """
    Make all that the configuration lists, in the order of `MAKERS`.

    Raises:
        ValueError: an unknown section, or an entry that the emulator refuses.
    """
    for section in config:
        if section not in MAKERS and section not in ("limits", "carrier_rules"):
            known = ", ".join([*MAKERS, "carrier_rules", "limits"])
            raise ValueError(f"there is no section {section}; there are {known}")
    # What a configuration names is there at the start: nothing of it waits for a provider or a registration, and the
    # topics that it names need not be made yet.
    settings = emulator.world.settings
    emulator.world.settings = replace(
        settings, provisioning=timedelta(0), registrations_required=False, destinations_checked=False
    )
    for section, (make, required, optional) in MAKERS.items():
        for place, entry in enumerate(_tables(config.get(section, []), section), 1):
            try:
                make(emulator, dict(read_members(entry, (*required, *optional), *required)))
            except (ServiceError, BadCommand) as error:
                raise ValueError(f"{section} {place}: {_sentence(error)}") from error
    emulator.world.settings = settings
    if "carrier_rules" in config:
        try:
            change_rules(emulator, rules=_tables(config["carrier_rules"], "carrier_rules"))
        except BadCommand as error:
            raise ValueError(f"carrier_rules: {error}") from error


def _tables(value: Any, section: str) -> list[Entry]:
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise ValueError(f"{section} must be a list of tables; in TOML each begins with [[{section}]]")
    return value


def _sentence(error: Exception) -> str:
    """The error, with what it has to say of each member."""
    fields = error.members.get("Fields", ()) if isinstance(error, ServiceError) else ()
    return "; ".join([str(error), *(f"{field['Name']}: {field['Message']}" for field in fields)])


def _call(emulator: Emulator, entry: Entry, operation_name: str, **members: Any) -> Any:
    check_scope(account=entry.get("account"), region=entry.get("region"))
    scope = entry.get("account", DEFAULT_ACCOUNT), entry.get("region", DEFAULT_REGION)
    operation = sms_voice_v2.find(operation_name)
    context = emulator.world.context(sms_voice_v2, *scope)
    if members.get("NumberType") == "SHORT_CODE" and operation.handler is not None:
        # The model of RequestPhoneNumber has none: AWS leases those by a registration, and so past the model here.
        sms_voice_v2.check(operation, members | {"NumberType": "LONG_CODE"})
        _, number = operation.handler(context, **operation.arguments(members))
        answer = {"PhoneNumberId": number.phone_number_id}
    else:
        sms_voice_v2.check(operation, members)
        answer = sms_voice_v2.call(context, operation, members)
    emulator.world.bus.publish_all(context.facts)
    return answer


def _account(emulator: Emulator, entry: Entry) -> None:
    change_account(emulator, **entry)


def _opt_out_list(emulator: Emulator, entry: Entry) -> None:
    name = entry["name"]
    if name != "Default":
        _call(emulator, entry, "CreateOptOutList", OptOutListName=name)
    numbers = entry.get("numbers", [])
    if not isinstance(numbers, list):
        raise BadCommand("numbers must be a list", "numbers")
    for number in numbers:
        _call(emulator, entry, "PutOptedOutNumber", OptOutListName=name, OptedOutNumber=number)


def _phone_number(emulator: Emulator, entry: Entry) -> None:
    answer = _call(
        emulator,
        entry,
        "RequestPhoneNumber",
        IsoCountryCode=entry.get("iso_country_code", "US"),
        MessageType=entry.get("message_type", "TRANSACTIONAL"),
        NumberCapabilities=entry.get("number_capabilities", ["SMS"]),
        NumberType=entry.get("number_type", "TEN_DLC"),
        OptOutListName=entry.get("opt_out_list_name", "Default"),
        NumberPreference=[{"PreferenceType": ["ExactMatch"], "Filter": [entry["phone_number"]]}],
    )
    emulator.world.clock.run_until(emulator.world.clock.now)
    if "two_way_channel_arn" in entry:
        two_way = {"TwoWayEnabled": True, "TwoWayChannelArn": entry["two_way_channel_arn"]}
        _call(emulator, entry, "UpdatePhoneNumber", PhoneNumberId=answer["PhoneNumberId"], **two_way)
    keywords = entry.get("keywords", {})
    if not isinstance(keywords, dict):
        raise BadCommand('keywords must be a table such as {INFO = "Our answer"}', "keywords")
    for keyword, message in keywords.items():
        identity = answer["PhoneNumberId"]
        _call(emulator, entry, "PutKeyword", OriginationIdentity=identity, Keyword=keyword, KeywordMessage=message)


def _sender_id(emulator: Emulator, entry: Entry) -> None:
    _call(emulator, entry, "RequestSenderId", SenderId=entry["sender_id"], IsoCountryCode=entry["iso_country_code"])


def _pool(emulator: Emulator, entry: Entry) -> None:
    """A pool of numbers and sender ids that were named before; its id is drawn, and DescribePools tells it."""
    first, *others = read_each(entry["members"], "member", _read_member)
    message_type = entry.get("message_type", "TRANSACTIONAL")
    pool = _call(emulator, entry, "CreatePool", **_identity(emulator, entry, first), MessageType=message_type)
    emulator.world.clock.run_until(emulator.world.clock.now)
    for member in others:
        identity = _identity(emulator, entry, member)
        _call(emulator, entry, "AssociateOriginationIdentity", PoolId=pool["PoolId"], **identity)
    emulator.world.clock.run_until(emulator.world.clock.now)


def _read_member(entry: Entry) -> Entry:
    return read_members(entry, ("origination_identity", "iso_country_code"), "origination_identity", "iso_country_code")


def _identity(emulator: Emulator, entry: Entry, member: Entry) -> Entry:
    """A member as the pool operations name it: they take a number by its id only."""
    store = emulator.world.sms_stores[entry.get("account", DEFAULT_ACCOUNT), entry.get("region", DEFAULT_REGION)]
    number = store.phone_numbers.find(member["origination_identity"])
    identity = number.phone_number_id if number else member["origination_identity"]
    return {"OriginationIdentity": identity, "IsoCountryCode": member["iso_country_code"]}


def _configuration_set(emulator: Emulator, entry: Entry) -> None:
    name = entry["name"]
    _call(emulator, entry, "CreateConfigurationSet", ConfigurationSetName=name)
    for destination in read_each(entry.get("destinations", []), "destination", _read_destination):
        _call(
            emulator,
            entry,
            "CreateEventDestination",
            ConfigurationSetName=name,
            EventDestinationName=destination["name"],
            MatchingEventTypes=destination.get("matching_event_types", ["ALL"]),
            SnsDestination={"TopicArn": destination["topic_arn"]},
        )


def _read_destination(entry: Entry) -> Entry:
    return read_members(entry, ("name", "topic_arn", "matching_event_types"), "name", "topic_arn")


def _handset(emulator: Emulator, entry: Entry) -> None:
    change_handset(emulator, **entry)


MAKERS: dict[str, tuple[Callable[[Emulator, Entry], None], tuple[str, ...], tuple[str, ...]]] = {
    "accounts": (_account, (), (*SCOPE, *ACCOUNT)),
    "opt_out_lists": (_opt_out_list, ("name",), ("numbers", *SCOPE)),
    "sender_ids": (_sender_id, ("sender_id", "iso_country_code"), SCOPE),
    "phone_numbers": (
        _phone_number,
        ("phone_number",),
        (
            "iso_country_code",
            "message_type",
            "number_capabilities",
            "number_type",
            "opt_out_list_name",
            "two_way_channel_arn",
            "keywords",
            *SCOPE,
        ),
    ),
    "pools": (_pool, ("members",), ("message_type", *SCOPE)),
    "configuration_sets": (_configuration_set, ("name",), ("destinations", *SCOPE)),
    "handsets": (_handset, ("number",), tuple(BEHAVIOUR)),
}
"""The sections in the order in which they are made: by whom, the members that an entry must have, those that it may."""
