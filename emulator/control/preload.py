"""Create the resources of a configuration at the start, by the same operations that a client would call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from emulator.control.accounts import Settings, change_account
from emulator.control.carriers import change_rules
from emulator.control.command import commands
from emulator.control.errors import InvalidArgument
from emulator.control.handsets import Behaviour, change_handset
from emulator.control.parsing import parse_account, parse_list, parse_object, parse_region
from emulator.control.whatsapp import link_whatsapp_account
from emulator.messaging.numbers import lease_number
from emulator.services.sms_voice_v2.service import service as sms_voice_v2
from emulator.wire.credentials import DEFAULT_ACCOUNT, DEFAULT_REGION
from emulator.wire.errors import ServiceError
from emulator.world import World

Entry = dict[str, Any]
SCOPE = ("account", "region")


def preload(world: World, config: Mapping[str, Any]) -> None:
    """
    Create all that the configuration lists, in the order of `SECTIONS`.

    Raises:
        ValueError: a section is unknown, or an entry is not valid.
    """
    for section in config:
        if section not in SECTIONS and section not in ("limits", "carrier_rules"):
            known = ", ".join([*SECTIONS, "carrier_rules", "limits", "access"])
            raise ValueError(f"unknown section {section!r}; allowed: {known}")
    # The resources of a configuration are available at the start: they do not wait for provisioning or a registration, and
    # their topics need not exist yet.
    settings = world.settings
    world.settings = replace(settings, provisioning=timedelta(0), registrations_required=False, destinations_checked=False)
    for section, (make, required, optional) in SECTIONS.items():
        for place, entry in enumerate(_tables(config.get(section, []), section), 1):
            try:
                make(world, dict(parse_object(entry, (*required, *optional), *required)))
            except (ServiceError, InvalidArgument) as error:
                raise ValueError(f"{section} {place}: {_sentence(error)}") from error
    world.settings = settings
    if "carrier_rules" in config:
        try:
            rules = _tables(config["carrier_rules"], "carrier_rules")
            change_rules(world, **commands()["change_rules"].parse({"rules": rules}))
        except InvalidArgument as error:
            raise ValueError(f"carrier_rules: {error}") from error


def _tables(value: Any, section: str) -> list[Entry]:
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise ValueError(f"{section} must be a list of tables; in TOML each begins with [[{section}]]")
    return value


def _sentence(error: Exception) -> str:
    """Return the error's message, with that of each of its fields."""
    fields = error.members.get("Fields", ()) if isinstance(error, ServiceError) else ()
    return "; ".join([str(error), *(f"{field['Name']}: {field['Message']}" for field in fields)])


def _call(world: World, entry: Entry, operation_name: str, **members: Any) -> Entry:
    account = parse_account(entry.get("account", DEFAULT_ACCOUNT), "account")
    region = parse_region(entry.get("region", DEFAULT_REGION), "region")
    operation = sms_voice_v2.find(operation_name)
    with world.transaction(sms_voice_v2, account, region) as ctx:
        if members.get("NumberType") == "SHORT_CODE":
            # RequestPhoneNumber does not have this type in its model: AWS leases short codes through a registration.
            sms_voice_v2.check(operation, members | {"NumberType": "LONG_CODE"})
            number, _ = lease_number(ctx, **operation.arguments(members))
            return {"PhoneNumberId": number.phone_number_id}
        sms_voice_v2.check(operation, members)
        return sms_voice_v2.call(ctx, operation, members)


def _account(world: World, entry: Entry) -> None:
    change_account(world, **commands()["change_account"].parse(entry))


def _opt_out_list(world: World, entry: Entry) -> None:
    name = entry["name"]
    if name != "Default":
        _call(world, entry, "CreateOptOutList", OptOutListName=name)
    numbers = entry.get("numbers", [])
    if not isinstance(numbers, list):
        raise InvalidArgument("numbers must be a list", "numbers")
    for number in numbers:
        _call(world, entry, "PutOptedOutNumber", OptOutListName=name, OptedOutNumber=number)


def _phone_number(world: World, entry: Entry) -> None:
    answer = _call(
        world,
        entry,
        "RequestPhoneNumber",
        IsoCountryCode=entry.get("iso_country_code", "US"),
        MessageType=entry.get("message_type", "TRANSACTIONAL"),
        NumberCapabilities=entry.get("number_capabilities", ["SMS"]),
        NumberType=entry.get("number_type", "TEN_DLC"),
        OptOutListName=entry.get("opt_out_list_name", "Default"),
        NumberPreference=[{"PreferenceType": ["ExactMatch"], "Filter": [entry["phone_number"]]}],
    )
    world.clock.run_until(world.clock.now)
    if "two_way_channel_arn" in entry:
        two_way = {"TwoWayEnabled": True, "TwoWayChannelArn": entry["two_way_channel_arn"]}
        _call(world, entry, "UpdatePhoneNumber", PhoneNumberId=answer["PhoneNumberId"], **two_way)
    keywords = entry.get("keywords", {})
    if not isinstance(keywords, dict):
        raise InvalidArgument('keywords must be a table such as {INFO = "Our answer"}', "keywords")
    for keyword, message in keywords.items():
        identity = answer["PhoneNumberId"]
        _call(world, entry, "PutKeyword", OriginationIdentity=identity, Keyword=keyword, KeywordMessage=message)


def _sender_id(world: World, entry: Entry) -> None:
    _call(world, entry, "RequestSenderId", SenderId=entry["sender_id"], IsoCountryCode=entry["iso_country_code"])


def _pool(world: World, entry: Entry) -> None:
    """Create a pool of numbers and sender ids from other sections. Its id is generated; DescribePools returns it."""
    first, *others = parse_list(entry["members"], "member", _read_member)
    message_type = entry.get("message_type", "TRANSACTIONAL")
    pool = _call(world, entry, "CreatePool", **_identity(world, entry, first), MessageType=message_type)
    world.clock.run_until(world.clock.now)
    for member in others:
        identity = _identity(world, entry, member)
        _call(world, entry, "AssociateOriginationIdentity", PoolId=pool["PoolId"], **identity)
    world.clock.run_until(world.clock.now)


def _read_member(entry: Entry) -> Entry:
    return parse_object(entry, ("origination_identity", "iso_country_code"), "origination_identity", "iso_country_code")


def _identity(world: World, entry: Entry, member: Entry) -> Entry:
    """Return a member as the pool operations expect it: they accept a number by its id only."""
    store = world.messaging_stores[entry.get("account", DEFAULT_ACCOUNT), entry.get("region", DEFAULT_REGION)]
    number = store.phone_numbers.find(member["origination_identity"])
    identity = number.phone_number_id if number else member["origination_identity"]
    return {"OriginationIdentity": identity, "IsoCountryCode": member["iso_country_code"]}


def _configuration_set(world: World, entry: Entry) -> None:
    name = entry["name"]
    _call(world, entry, "CreateConfigurationSet", ConfigurationSetName=name)
    for destination in parse_list(entry.get("destinations", []), "destination", _read_destination):
        _call(
            world,
            entry,
            "CreateEventDestination",
            ConfigurationSetName=name,
            EventDestinationName=destination["name"],
            MatchingEventTypes=destination.get("matching_event_types", ["ALL"]),
            SnsDestination={"TopicArn": destination["topic_arn"]},
        )


def _read_destination(entry: Entry) -> Entry:
    return parse_object(entry, ("name", "topic_arn", "matching_event_types"), "name", "topic_arn")


def _whatsapp_account(world: World, entry: Entry) -> None:
    link_whatsapp_account(world, **commands()["link_whatsapp_account"].parse(entry))


def _handset(world: World, entry: Entry) -> None:
    change_handset(world, **commands()["change_handset"].parse(entry))


SECTIONS: dict[str, tuple[Callable[[World, Entry], None], tuple[str, ...], tuple[str, ...]]] = {
    "accounts": (_account, (), (*SCOPE, *Settings.__annotations__)),
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
    "whatsapp_accounts": (
        _whatsapp_account,
        ("phone_number", "display_name"),
        ("name", "event_destination", *SCOPE),
    ),
    "handsets": (_handset, ("number",), tuple(Behaviour.__annotations__)),
}
"""
The sections in the order in which they are created: the function, the required fields of an entry, and the optional
ones.
"""
