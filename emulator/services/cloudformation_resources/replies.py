"""What numbers and pools have in common: keywords and two-way settings."""

from __future__ import annotations

from typing import Any

from emulator.services.cloudformation_resources.handler import Api, OperationFailed, Properties

MANDATORY = ("HELP", "STOP")
SETTINGS = ("OptOutListName", "SelfManagedOptOutsEnabled", "TwoWay")
DEFAULTS: dict[str, Any] = {
    "DeletionProtectionEnabled": False,
    "OptOutListName": "Default",
    "SelfManagedOptOutsEnabled": False,
    "TwoWay": {"Enabled": False},
}


def setting_members(changes: Properties) -> dict[str, Any]:
    """Return changed settings as the Update operations take them."""
    members = dict(changes)
    two_way = members.pop("TwoWay", None)
    if two_way is not None:
        named = {"TwoWayEnabled": "Enabled", "TwoWayChannelArn": "ChannelArn", "TwoWayChannelRole": "ChannelRole"}
        members |= {member: two_way[name] for member, name in named.items() if name in two_way}
    return members


def change_keywords(api: Api, identity: str, before: Properties, desired: Properties) -> None:
    """Change the keywords of a number or pool from those of one set of properties to those of another."""
    had, wanted = keywords_of(before), keywords_of(desired)
    for word in had:
        if word not in wanted and word not in MANDATORY:
            try:
                api.call("DeleteKeyword", OriginationIdentity=identity, Keyword=word)
            except OperationFailed as error:
                if not error.is_not_found:
                    raise
    changed = [word for word, members in wanted.items() if had.get(word) != members]
    if not changed:
        return
    listed = api.call("DescribeKeywords", OriginationIdentity=identity, Keywords=list(MANDATORY))["Keywords"]
    texts = {row["Keyword"]: row["KeywordMessage"] for row in listed}
    for word in changed:
        # What carriers answer for a toll-free number cannot be changed, not even to what it is.
        if texts.get(word) != wanted[word]["KeywordMessage"]:
            api.call("PutKeyword", OriginationIdentity=identity, Keyword=word, **wanted[word])


def keywords_of(properties: Properties) -> dict[str, dict[str, str]]:
    """Return the keywords that properties name, each as members of PutKeyword."""
    mandatory = properties.get("MandatoryKeywords") or {}
    found = {word: {"KeywordMessage": value["Message"]} for word, value in mandatory.items()}
    for entry in properties.get("OptionalKeywords") or ():
        word = entry["Keyword"].upper()
        found[word] = {"KeywordMessage": entry["Message"], "KeywordAction": entry["Action"]}
    return found
