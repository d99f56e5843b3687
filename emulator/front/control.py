"""
The HTTP control API: `/_emulator/…`, one route for each command of the tester.

Numbers in paths and queries may be written with or without their plus. What makes no sense is answered 400 with
`{"error", "field"}`, what does not exist 404; neither changes anything. The event stream is the server's own.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request, send_from_directory

from emulator import __version__
from emulator.engine import SERVICES, Emulator
from emulator.front.control_input import answer_errors, read_arguments, read_body, read_object, read_query, refuse_queries
from emulator.front.origins import keep_strangers_out
from emulator.tester.calls import sound_of
from emulator.tester.compliance import consent_csv
from emulator.tester.faces import wait_for
from emulator.tester.rcs import send_media
from emulator.tester.readers import amount, one_of, whole
from emulator.tester.views import message_view

UI = Path(__file__).parent / "ui"
WAIT_TIMEOUT_SECONDS = 5.0
WAIT_TIMEOUT_SECONDS_MAX = 300
INERT = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
"""A file of a message is shown, and never run as a part of the page: it may be HTML or SVG."""


def create_app(emulator: Emulator, closing: threading.Event) -> Flask:
    """The Flask application of one emulator; calls that wait end when it is `closing`."""
    app = Flask(__name__, static_folder=None)
    # The token of a browser is a web address.
    app.url_map.merge_slashes = False
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    answer_errors(app)
    keep_strangers_out(app)
    refuse_queries(app)
    _add_messages(app, emulator, closing)
    _add_handsets(app, emulator)
    _add_devices(app, emulator)
    _add_calls(app, emulator)
    _add_notify(app, emulator)
    _add_rcs(app, emulator)
    _add_health(app, emulator)
    _add_rules(app, emulator)
    _add_accounts(app, emulator)
    _add_deliveries(app, emulator)
    _add_clock(app, emulator)
    _add_compliance(app, emulator)
    _add_pages(app)
    return app


def _add_messages(app: Flask, emulator: Emulator, closing: threading.Event) -> None:
    @app.get("/_emulator/messages")
    def search_messages() -> Any:
        return emulator.control("search_messages", **read_query())

    @app.delete("/_emulator/messages")
    def delete_messages() -> Any:
        return emulator.control("delete_messages", **read_query())

    @app.get("/_emulator/messages/wait")
    def wait_messages() -> Any:
        filters = read_query()
        count = whole(filters.pop("count", 1), "count", 1)
        timeout = _seconds(filters.pop("timeout", WAIT_TIMEOUT_SECONDS))
        try:
            found = wait_for(emulator, count, timeout, closing, **filters)
        except TimeoutError as error:
            return jsonify(error=str(error), field=None), 408
        return {"messages": [message_view(message) for message in found]}

    @app.get("/_emulator/messages/<message_id>")
    def show_message(message_id: str) -> Any:
        return emulator.control("show_message", message_id=message_id)

    @app.get("/_emulator/media/<message_id>/<int:place>")
    def show_media(message_id: str, place: int) -> Any:
        file = emulator.control("show_media", message_id=message_id, place=place)
        return Response(file.content, headers=INERT, mimetype=file.content_type)


def _seconds(text: Any) -> float:
    try:
        number = float(text)
    except ValueError:
        number = text
    return amount(number, "timeout", WAIT_TIMEOUT_SECONDS_MAX)


def _add_handsets(app: Flask, emulator: Emulator) -> None:
    @app.get("/_emulator/handsets")
    def list_handsets() -> Any:
        return emulator.control("list_handsets", **read_arguments(read_query(), "contains", "limit", "after"))

    @app.get("/_emulator/handsets/<number>/messages")
    def show_conversation(number: str) -> Any:
        return emulator.control("show_conversation", number=number, **read_arguments(read_query(), "limit", "before"))

    @app.get("/_emulator/numbers")
    def list_numbers() -> Any:
        return emulator.control("list_numbers", **read_arguments(read_query(), "account", "region"))

    @app.get("/_emulator/handsets/<number>")
    def show_handset(number: str) -> Any:
        return emulator.control("show_handset", number=number)

    @app.put("/_emulator/handsets/<number>")
    def change_handset(number: str) -> Any:
        return emulator.control("change_handset", **(read_object() | {"number": number}))

    @app.post("/_emulator/handsets/<number>/messages")
    def receive_message(number: str) -> Any:
        scope = read_arguments(read_query(), "account", "region")
        body = read_arguments(read_object(), "to", "body", "media")
        return emulator.control("receive_message", number=number, **scope, **body), 201


def _add_devices(app: Flask, emulator: Emulator) -> None:
    @app.get("/_emulator/devices")
    def list_devices() -> Any:
        return emulator.control("list_devices", **read_arguments(read_query(), "phone_number"))

    @app.put("/_emulator/devices/<path:token>")
    def change_device(token: str) -> Any:
        return emulator.control("change_device", **(read_object() | {"token": token}))


def _add_calls(app: Flask, emulator: Emulator) -> None:
    @app.post("/_emulator/calls/<message_id>/answer")
    def answer_call(message_id: str) -> Any:
        return emulator.control("answer_call", message_id=message_id, **read_arguments(read_object(), "answers"))

    @app.post("/_emulator/calls/<message_id>/dtmf")
    def press_keys(message_id: str) -> Any:
        return emulator.control("press_keys", message_id=message_id, **read_arguments(read_object(), "digits"))

    @app.post("/_emulator/calls/<message_id>/hangup")
    def hang_up(message_id: str) -> Any:
        return emulator.control("hang_up", message_id=message_id)

    @app.get("/_emulator/calls/<message_id>/audio.wav")
    def call_sound(message_id: str) -> Any:
        return Response(sound_of(emulator, message_id), mimetype="audio/wav")

    @app.get("/_emulator/numbers/<number>/instructions")
    def show_instructions(number: str) -> Any:
        return emulator.control("show_instructions", number=number)

    @app.put("/_emulator/numbers/<number>/instructions")
    def change_instructions(number: str) -> Any:
        return emulator.control("change_instructions", number=number, instructions=read_object())

    @app.delete("/_emulator/numbers/<number>/instructions")
    def delete_instructions(number: str) -> Any:
        return emulator.control("change_instructions", number=number)


def _add_rcs(app: Flask, emulator: Emulator) -> None:
    @app.post("/_emulator/handsets/<number>/taps")
    def tap_suggestion(number: str) -> Any:
        body = read_arguments(read_object(), "text", "message_id")
        return emulator.control("tap_suggestion", number=number, **body), 201

    @app.post("/_emulator/handsets/<number>/files")
    def send_file(number: str) -> Any:
        query = read_arguments(read_query(), "to", "file_name")
        members = {"to": query.get("to"), "file_name": query.get("file_name"), "content_type": request.content_type}
        return send_media(emulator, number=number, content=request.get_data(), **members), 201

    @app.post("/_emulator/handsets/<number>/typing")
    def type_message(number: str) -> Any:
        return emulator.control("type_message", number=number, to=str(read_object().get("to")))

    @app.put("/_emulator/rcs-agents/<agent_id>")
    def change_rcs_agent(agent_id: str) -> Any:
        return emulator.control("change_rcs_agent", agent_id=agent_id, **read_arguments(read_object(), "status", "launches"))


def _add_notify(app: Flask, emulator: Emulator) -> None:
    @app.put("/_emulator/notify-configurations/<configuration_id>")
    def change_notify_configuration(configuration_id: str) -> Any:
        return emulator.control("change_notify_configuration", **(read_object() | {"configuration_id": configuration_id}))


def _add_health(app: Flask, emulator: Emulator) -> None:
    @app.get("/_emulator/health")
    def health() -> Any:
        coverage = {service.name: service.coverage() for service in SERVICES}
        clock = emulator.control("show_clock")
        return {
            "status": "ok",
            "version": __version__,
            "services": {
                name: {"modelled": len(found), "implemented": sum(found.values())} for name, found in coverage.items()
            },
            "clock": {"now": clock["now"], "mode": clock["mode"]},
        }


def _add_rules(app: Flask, emulator: Emulator) -> None:
    @app.get("/_emulator/carriers/outcomes")
    def list_outcomes() -> Any:
        return jsonify(emulator.control("list_outcomes", **read_arguments(read_query(), "channel")))

    @app.get("/_emulator/carriers/rules")
    def show_rules() -> Any:
        return jsonify(emulator.control("show_rules"))

    @app.put("/_emulator/carriers/rules")
    def change_rules() -> Any:
        return jsonify(emulator.control("change_rules", rules=read_body()))

    @app.get("/_emulator/faults")
    def show_faults() -> Any:
        return jsonify(emulator.control("show_faults"))

    @app.put("/_emulator/faults")
    def change_faults() -> Any:
        return jsonify(emulator.control("change_faults", faults=read_body()))

    @app.delete("/_emulator/faults")
    def delete_faults() -> Any:
        return jsonify(emulator.control("change_faults", faults=[]))


def _add_clock(app: Flask, emulator: Emulator) -> None:
    @app.get("/_emulator/clock")
    def show_clock() -> Any:
        return emulator.control("show_clock", **read_arguments(read_query(), "limit"))

    @app.post("/_emulator/clock")
    def change_clock() -> Any:
        clock = emulator.control(
            "change_clock", **read_arguments(read_object(), "mode", "speed", "advance_seconds", "advance_to")
        )
        emulator.deliver()
        return clock

    @app.post("/_emulator/settle")
    def settle() -> Any:
        return emulator.settle(**read_arguments(read_object(), "within_seconds"))

    @app.get("/_emulator/state")
    def show_state() -> Any:
        return emulator.state()

    @app.put("/_emulator/state")
    def change_state() -> Any:
        return emulator.control("change_state", state=read_object())

    @app.post("/_emulator/reset")
    def reset() -> Any:
        return emulator.control("reset", **read_arguments(read_object(), "aws"))


def _add_accounts(app: Flask, emulator: Emulator) -> None:
    @app.get("/_emulator/account")
    def show_account() -> Any:
        return emulator.control("show_account", **read_arguments(read_query(), "account", "region"))

    @app.put("/_emulator/account")
    def change_account() -> Any:
        return emulator.control("change_account", **(read_object() | read_arguments(read_query(), "account", "region")))

    @app.get("/_emulator/verification-codes")
    def verification_codes() -> Any:
        return emulator.control("verification_codes", **read_arguments(read_query(), "to", "account", "region"))

    @app.get("/_emulator/costs")
    def costs() -> Any:
        return {"costs": emulator.control("costs", **read_arguments(read_query(), "account", "region"))}


def _add_deliveries(app: Flask, emulator: Emulator) -> None:
    @app.get("/_emulator/events")
    def list_events() -> Any:
        return emulator.control(
            "list_events",
            **read_arguments(read_query(), "message_id", "event_type", "destination", "account", "region", "limit", "after"),
        )

    @app.get("/_emulator/reply-routes/<number>")
    def show_reply_routes(number: str) -> Any:
        return jsonify(emulator.control("show_reply_routes", number=number))

    @app.put("/_emulator/reply-routes/<number>")
    def change_reply_routes(number: str) -> Any:
        return jsonify(emulator.control("change_reply_routes", number=number, routes=read_body()))

    @app.post("/_emulator/events/redeliver")
    def redeliver() -> Any:
        answer = emulator.control("redeliver", **read_arguments(read_object(), "destination", "message_id"))
        emulator.deliver()
        return answer

    @app.get("/_aws/sns/sms-messages")
    def sns_texts() -> Any:
        return emulator.control("sns_texts", **_localstack_query())

    @app.delete("/_aws/sns/sms-messages")
    def delete_sns_texts() -> Any:
        emulator.control("delete_sns_texts", **_localstack_query())
        return "", 204


def _localstack_query() -> dict[str, Any]:
    """LocalStack's names for what is asked for."""
    query = read_arguments(read_query(), "accountId", "region", "phoneNumber")
    names = {"accountId": "account", "region": "region", "phoneNumber": "number"}
    return {names[name]: value for name, value in query.items()}


def _add_compliance(app: Flask, emulator: Emulator) -> None:
    @app.get("/_emulator/registrations")
    def list_registrations() -> Any:
        return emulator.control(
            "list_registrations", **read_arguments(read_query(), "account", "region", "status", "registration_type")
        )

    @app.post("/_emulator/registrations/<registration_id>/decision")
    def decide_registration(registration_id: str) -> Any:
        body = read_arguments(read_object(), "status", "reasons")
        return emulator.control("decide_registration", registration_id=registration_id, **body)

    @app.get("/_emulator/consent")
    def list_consent() -> Any:
        query = read_arguments(read_query(), "format", "number", "action", "cause", "account", "region", "since", "before")
        wanted = one_of(query.pop("format", "json"), ("csv", "json"), "format")
        found = emulator.control("list_consent", **query)
        return Response(consent_csv(found["records"]), mimetype="text/csv") if wanted == "csv" else found


def _add_pages(app: Flask) -> None:
    @app.get("/_emulator")
    def front_door() -> Any:
        return Response(status=302, headers={"Location": "/_emulator/"})

    @app.get("/_emulator/")
    def page() -> Any:
        return send_from_directory(UI, "index.html")

    @app.get("/_emulator/ui/<path:name>")
    def asset(name: str) -> Any:
        return send_from_directory(UI, name)
