"""Make at the start what a configuration names, by the same operations that a client would call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from emulator.services.sms_voice_v2.service import service as sms_voice_v2
from emulator.tester.commands import change_account, change_handset, change_rules
from emulator.tester.errors import BadCommand
from emulator.wire.credentials import DEFAULT_ACCOUNT, DEFAULT_REGION
from emulator.wire.errors import ServiceError

if TYPE_CHECKING:
    from emulator.engine import Emulator

Entry = dict[str, Any]


def furnish(emulator: Emulator, config: Mapping[str, Any]) -> None:
    """
    Make all that the configuration lists, in the order of `MAKERS`.

    Raises:
        ValueError: an unknown section, or an entry that the emulator refuses.
    """
    for section in config:
        if section not in MAKERS and section not in ("limits", "carrier_rules"):
            known = ", ".join([*MAKERS, "carrier_rules", "limits"])
            raise ValueError(f"unknown section {section!r} in the configuration; it knows {known}")
    for section, make in MAKERS.items():
        for entry in config.get(section, ()):
            try:
                make(emulator, dict(entry))
            except (ServiceError, BadCommand, KeyError, TypeError) as error:
                raise ValueError(f"{section} {entry}: {error}") from error
    if "carrier_rules" in config:
        change_rules(emulator, rules=list(config["carrier_rules"]))


def _call(emulator: Emulator, entry: Entry, operation_name: str, **members: Any) -> Any:
    scope = entry.get("account", DEFAULT_ACCOUNT), entry.get("region", DEFAULT_REGION)
    operation = sms_voice_v2.find(operation_name)
    sms_voice_v2.check(operation, members)
    context = emulator.world.context(sms_voice_v2, *scope)
    answer = sms_voice_v2.call(context, operation, members)
    emulator.world.bus.publish_all(context.facts)
    return answer


def _account(emulator: Emulator, entry: Entry) -> None:
    change_account(emulator, **entry)


def _opt_out_list(emulator: Emulator, entry: Entry) -> None:
    name = entry["name"]
    if name != "Default":
        _call(emulator, entry, "CreateOptOutList", OptOutListName=name)
    for number in entry.get("numbers", ()):
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
    for keyword, message in entry.get("keywords", {}).items():
        identity = answer["PhoneNumberId"]
        _call(emulator, entry, "PutKeyword", OriginationIdentity=identity, Keyword=keyword, KeywordMessage=message)


def _configuration_set(emulator: Emulator, entry: Entry) -> None:
    name = entry["name"]
    _call(emulator, entry, "CreateConfigurationSet", ConfigurationSetName=name)
    for destination in entry.get("destinations", ()):
        _call(
            emulator,
            entry,
            "CreateEventDestination",
            ConfigurationSetName=name,
            EventDestinationName=destination["name"],
            MatchingEventTypes=destination.get("matching_event_types", ["ALL"]),
            SnsDestination={"TopicArn": destination["topic_arn"]},
        )


def _handset(emulator: Emulator, entry: Entry) -> None:
    change_handset(emulator, **entry)


MAKERS: dict[str, Callable[[Emulator, Entry], None]] = {
    "accounts": _account,
    "opt_out_lists": _opt_out_list,
    "phone_numbers": _phone_number,
    "configuration_sets": _configuration_set,
    "handsets": _handset,
}
