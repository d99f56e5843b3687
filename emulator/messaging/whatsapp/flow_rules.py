"""
Flows: whether their JSON is valid, and which flow a message opens.

Only the outline of Flow JSON is checked: a version, screens with ids and layouts, one of them the last. Meta's
validator checks each component too (Meta, "Flow JSON"), which is left out here.
"""

from __future__ import annotations

import json
from typing import Any

from emulator.messaging.state.whatsapp import Document, WhatsAppAccount, WhatsAppFlow, WhatsAppTemplate
from emulator.messaging.whatsapp.errors import MetaError
from emulator.messaging.whatsapp.fields import BAD_VALUE

ID_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")


def read_flow(text: bytes) -> tuple[Document | None, list[str]]:
    """Return the JSON of a flow, None if it is none, and what is wrong with it."""
    try:
        found: Any = json.loads(text)
    except ValueError as error:
        return None, [f"INVALID_JSON: {error}"]
    if not isinstance(found, dict):
        return None, ["INVALID_JSON: the flow must be an object"]
    return found, _errors(found)


def _errors(flow: Document) -> list[str]:
    errors = []
    if not isinstance(flow.get("version"), str):
        errors.append("INVALID_PROPERTY_VALUE: version must be a string")
    screens = flow.get("screens")
    if not isinstance(screens, list) or not screens or not all(isinstance(screen, dict) for screen in screens):
        return [*errors, "INVALID_PROPERTY_VALUE: screens must be a list with at least one screen"]
    for index, screen in enumerate(screens):
        name = screen.get("id")
        if not isinstance(name, str) or not name or not set(name) <= ID_CHARACTERS:
            errors.append(f"INVALID_PROPERTY_VALUE: screens[{index}].id must be letters and underscores")
        if not isinstance(screen.get("layout"), dict):
            errors.append(f"INVALID_PROPERTY_VALUE: screens[{index}].layout must be an object")
    names = [screen.get("id") for screen in screens]
    if len({str(name) for name in names}) < len(names):
        errors.append("INVALID_PROPERTY_VALUE: the ids of screens must be unique")
    if not any(screen.get("terminal") is True for screen in screens):
        errors.append("MISSING_TERMINAL_SCREEN: one screen must be terminal")
    if "routing_model" in flow and "data_api_version" not in flow:
        errors.append("MISSING_REQUIRED_PROPERTY: routing_model needs data_api_version")
    return errors


def needs_endpoint(flow: Document) -> bool:
    """Return True if the flow exchanges data with an endpoint."""
    return "data_api_version" in flow


def find(account: WhatsAppAccount, reference: str) -> WhatsAppFlow | None:
    """Return a flow by its id or name; None if the account has none."""
    return account.flows.get(reference) or next(
        (flow for flow in account.flows.values() if flow.flow_name == reference), None
    )


def flow_of(
    account: WhatsAppAccount, payload: Document, kind: str, template: WhatsAppTemplate | None
) -> tuple[WhatsAppFlow, str] | None:
    """
    Return the flow that a message opens, and its mode; None if it opens none.

    Raises:
        MetaError: the account has no such flow.
    """
    if kind == "interactive.flow":
        parameters = payload["interactive"]["action"]["parameters"]
        reference, mode = str(parameters.get("flow_id") or parameters.get("flow_name")), parameters.get("mode", "published")
    elif template is not None:
        buttons = (each for each in template.buttons if str(each.get("type", "")).upper() == "FLOW")
        button = next(buttons, None)
        if button is None:
            return None
        reference, mode = str(button.get("flow_id") or button.get("flow_name")), "published"
    else:
        return None
    flow = find(account, reference)
    if flow is None:
        raise MetaError(BAD_VALUE, f"The flow does not exist: {reference}")
    return flow, mode
