"""
The HTTP control API: `/_emulator/…`, one route for each command of the tester.

Numbers in paths and queries may be written with or without their plus. What makes no sense is answered 400 with
`{"error", "field"}`, what does not exist 404; neither changes anything. The event stream is the server's own.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request, send_from_directory
from werkzeug.exceptions import HTTPException

from emulator import __version__
from emulator.engine import SERVICES, Emulator
from emulator.front.origins import keep_strangers_out
from emulator.tester.calls import sound_of
from emulator.tester.compliance import consent_csv
from emulator.tester.errors import BadCommand, NotInstalled, UnknownThing
from emulator.tester.faces import wait_for
from emulator.tester.rcs import send_media
from emulator.tester.readers import amount, one_of, quoted, whole
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
    _answer_errors(app)
    keep_strangers_out(app)
    _add_messages(app, emulator, closing)
    _add_handsets(app, emulator)
    _add_devices(app, emulator)
    _add_calls(app, emulator)
    _add_notify(app, emulator)
    _add_rcs(app, emulator)
    _add_health(app, emulator)
    _add_rules(app, emulator)
    _add_clock(app, emulator)
    _add_compliance(app, emulator)
    _add_pages(app)
    return app


def _answer_errors(app: Flask) -> None:
    @app.errorhandler(BadCommand)
    def bad_command(error: BadCommand) -> tuple[Response, int]:
        return jsonify(error=str(error), field=error.field), 400

    @app.errorhandler(UnknownThing)
    def unknown_thing(error: UnknownThing) -> tuple[Response, int]:
        return jsonify(error=str(error), field=None), 404

    @app.errorhandler(NotInstalled)
    def not_installed(error: NotInstalled) -> tuple[Response, int]:
        return jsonify(error=str(error), field=None), 501

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> tuple[Response, int]:
        return jsonify(error=f"{error.name}: {request.method} {request.path}", field=None), error.code or 500


def _body() -> Any:
    """The request's JSON; an absent body is an empty object."""
    data = request.get_data()  # whatever Content-Type says: curl -d says form data
    if not data:
        return {}
    try:
        body = json.loads(data)
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeError as error:
        raise BadCommand("the body is not UTF-8, or holds half of a surrogate pair") from error
    except (ValueError, RecursionError) as error:
        raise BadCommand(f"the body is not JSON: {error}") from error
    return body


def _object() -> dict[str, Any]:
    body = _body()
    if not isinstance(body, dict):
        raise BadCommand(f"the body must be a JSON object, not {quoted(body)}")
    return body


def _query() -> dict[str, Any]:
    return dict(request.args.items())


def _arguments(body: dict[str, Any], *names: str) -> dict[str, Any]:
    """The body's members, which may be no others than these."""
    for name in body:
        if name not in names:
            raise BadCommand(f"there is no {name} here; there are {', '.join(names)}", name)
    return body


def _add_messages(app: Flask, emulator: Emulator, closing: threading.Event) -> None:
    @app.get("/_emulator/messages")
    def search_messages() -> Any:
        return emulator.control("search_messages", **_query())

    @app.delete("/_emulator/messages")
    def delete_messages() -> Any:
        return emulator.control("delete_messages", **_query())

    @app.get("/_emulator/messages/wait")
    def wait_messages() -> Any:
        filters = _query()
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

    @app.get("/_emulator/events")
    def list_events() -> Any:
        query = _query()
        return emulator.control(
            "list_events",
            **_arguments(query, "message_id", "event_type", "destination", "account", "region", "limit", "after"),
        )


def _seconds(text: Any) -> float:
    try:
        number = float(text)
    except ValueError:
        number = text
    return amount(number, "timeout", WAIT_TIMEOUT_SECONDS_MAX)


def _add_handsets(app: Flask, emulator: Emulator) -> None:
    @app.get("/_emulator/handsets")
    def list_handsets() -> Any:
        return emulator.control("list_handsets", **_arguments(_query(), "contains", "limit", "after"))

    @app.get("/_emulator/handsets/<number>/messages")
    def show_conversation(number: str) -> Any:
        return emulator.control("show_conversation", number=number, **_arguments(_query(), "limit", "before"))

    @app.get("/_emulator/numbers")
    def list_numbers() -> Any:
        return emulator.control("list_numbers")

    @app.get("/_emulator/handsets/<number>")
    def show_handset(number: str) -> Any:
        return emulator.control("show_handset", number=number)

    @app.put("/_emulator/handsets/<number>")
    def change_handset(number: str) -> Any:
        return emulator.control("change_handset", **(_object() | {"number": number}))

    @app.post("/_emulator/handsets/<number>/messages")
    def receive_message(number: str) -> Any:
        scope = _arguments(_query(), "account", "region")
        body = _arguments(_object(), "to", "body", "media")
        return emulator.control("receive_message", number=number, **scope, **body), 201


def _add_devices(app: Flask, emulator: Emulator) -> None:
    @app.get("/_emulator/devices")
    def list_devices() -> Any:
        return emulator.control("list_devices", **_arguments(_query(), "phone_number"))

    @app.put("/_emulator/devices/<path:token>")
    def change_device(token: str) -> Any:
        return emulator.control("change_device", **(_object() | {"token": token}))


def _add_calls(app: Flask, emulator: Emulator) -> None:
    @app.post("/_emulator/calls/<message_id>/answer")
    def answer_call(message_id: str) -> Any:
        return emulator.control("answer_call", message_id=message_id, **_arguments(_object(), "answers"))

    @app.post("/_emulator/calls/<message_id>/dtmf")
    def press_keys(message_id: str) -> Any:
        return emulator.control("press_keys", message_id=message_id, **_arguments(_object(), "digits"))

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
        return emulator.control("change_instructions", number=number, instructions=_object())

    @app.delete("/_emulator/numbers/<number>/instructions")
    def delete_instructions(number: str) -> Any:
        return emulator.control("change_instructions", number=number)


def _add_rcs(app: Flask, emulator: Emulator) -> None:
    @app.post("/_emulator/handsets/<number>/taps")
    def tap_suggestion(number: str) -> Any:
        body = _arguments(_object(), "text", "message_id")
        return emulator.control("tap_suggestion", number=number, **body), 201

    @app.post("/_emulator/handsets/<number>/files")
    def send_file(number: str) -> Any:
        query = _arguments(_query(), "to", "file_name")
        members = {"to": query.get("to"), "file_name": query.get("file_name"), "content_type": request.content_type}
        return send_media(emulator, number=number, content=request.get_data(), **members), 201

    @app.post("/_emulator/handsets/<number>/typing")
    def type_message(number: str) -> Any:
        return emulator.control("type_message", number=number, to=str(_object().get("to")))

    @app.put("/_emulator/rcs-agents/<agent_id>")
    def change_rcs_agent(agent_id: str) -> Any:
        return emulator.control("change_rcs_agent", agent_id=agent_id, **_arguments(_object(), "status", "launches"))


def _add_notify(app: Flask, emulator: Emulator) -> None:
    @app.put("/_emulator/notify-configurations/<configuration_id>")
    def change_notify_configuration(configuration_id: str) -> Any:
        return emulator.control("change_notify_configuration", **(_object() | {"configuration_id": configuration_id}))


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
        return jsonify(emulator.control("list_outcomes", **_arguments(_query(), "channel")))

    @app.get("/_emulator/carriers/rules")
    def show_rules() -> Any:
        return jsonify(emulator.control("show_rules"))

    @app.put("/_emulator/carriers/rules")
    def change_rules() -> Any:
        return jsonify(emulator.control("change_rules", rules=_body()))

    @app.get("/_emulator/faults")
    def show_faults() -> Any:
        return jsonify(emulator.control("show_faults"))

    @app.put("/_emulator/faults")
    def change_faults() -> Any:
        return jsonify(emulator.control("change_faults", faults=_body()))

    @app.delete("/_emulator/faults")
    def delete_faults() -> Any:
        return jsonify(emulator.control("change_faults", faults=[]))

    @app.get("/_emulator/account")
    def show_account() -> Any:
        return emulator.control("show_account", **_arguments(_query(), "account", "region"))

    @app.put("/_emulator/account")
    def change_account() -> Any:
        return emulator.control("change_account", **(_object() | _arguments(_query(), "account", "region")))


def _localstack_query() -> dict[str, Any]:
    """LocalStack's names for what is asked for."""
    query = _arguments(_query(), "accountId", "region", "phoneNumber")
    names = {"accountId": "account", "region": "region", "phoneNumber": "number"}
    return {names[name]: value for name, value in query.items()}


def _add_clock(app: Flask, emulator: Emulator) -> None:
    @app.get("/_emulator/verification-codes")
    def verification_codes() -> Any:
        return emulator.control("verification_codes", **_arguments(_query(), "to"))

    @app.get("/_emulator/clock")
    def show_clock() -> Any:
        return emulator.control("show_clock", **_arguments(_query(), "limit"))

    @app.post("/_emulator/clock")
    def change_clock() -> Any:
        clock = emulator.control("change_clock", **_arguments(_object(), "mode", "speed", "advance_seconds", "advance_to"))
        emulator.deliver()
        return clock

    @app.post("/_emulator/settle")
    def settle() -> Any:
        return emulator.settle(**_arguments(_object(), "within_seconds"))

    @app.get("/_emulator/reply-routes/<number>")
    def show_reply_routes(number: str) -> Any:
        return jsonify(emulator.control("show_reply_routes", number=number))

    @app.put("/_emulator/reply-routes/<number>")
    def change_reply_routes(number: str) -> Any:
        return jsonify(emulator.control("change_reply_routes", number=number, routes=_body()))

    @app.post("/_emulator/events/redeliver")
    def redeliver() -> Any:
        answer = emulator.control("redeliver", **_arguments(_object(), "destination", "message_id"))
        emulator.deliver()
        return answer

    @app.get("/_aws/sns/sms-messages")
    def sns_texts() -> Any:
        return emulator.control("sns_texts", **_localstack_query())

    @app.delete("/_aws/sns/sms-messages")
    def delete_sns_texts() -> Any:
        emulator.control("delete_sns_texts", **_localstack_query())
        return "", 204

    @app.get("/_emulator/costs")
    def costs() -> Any:
        return {"costs": emulator.control("costs")}

    @app.post("/_emulator/reset")
    def reset() -> Any:
        return emulator.control("reset", **_arguments(_object(), "aws"))


def _add_compliance(app: Flask, emulator: Emulator) -> None:
    @app.get("/_emulator/registrations")
    def list_registrations() -> Any:
        return emulator.control(
            "list_registrations", **_arguments(_query(), "account", "region", "status", "registration_type")
        )

    @app.post("/_emulator/registrations/<registration_id>/decision")
    def decide_registration(registration_id: str) -> Any:
        body = _arguments(_object(), "status", "reasons")
        return emulator.control("decide_registration", registration_id=registration_id, **body)

    @app.get("/_emulator/consent")
    def list_consent() -> Any:
        query = _arguments(_query(), "format", "number", "action", "cause", "account", "region", "since", "before")
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
