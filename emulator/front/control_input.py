"""What comes in over the control API, bodies and queries, and how it is answered when something is wrong with it."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from emulator.tester.errors import BadCommand, NotInstalled, UnknownThing
from emulator.tester.readers import quoted

HAVE_QUERIES = frozenset(
    "search_messages delete_messages wait_messages list_handsets show_conversation receive_message list_numbers list_devices"
    " send_file list_outcomes show_account change_account verification_codes costs list_events sns_texts delete_sns_texts"
    " show_clock list_registrations list_consent page asset".split()
)
"""The calls that read their query; any other one's is a mistake."""


def answer_errors(app: Flask) -> None:
    """Have each error of a command answered by its status."""

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


def refuse_queries(app: Flask) -> None:
    """Have a query refused where nobody would read it."""

    @app.before_request
    def refuse_query() -> None:
        if request.args and request.endpoint is not None and request.endpoint not in HAVE_QUERIES:
            name = next(iter(request.args))
            raise BadCommand(f"{request.method} {request.path} has no query, and so no {name}", name)


def read_body() -> Any:
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


def read_object() -> dict[str, Any]:
    """The request's JSON object; an absent body is an empty one."""
    body = read_body()
    if not isinstance(body, dict):
        raise BadCommand(f"the body must be a JSON object, not {quoted(body)}")
    return body


def read_query() -> dict[str, Any]:
    """The members of the query; of one that is there twice, the first."""
    return dict(request.args.items())


def read_arguments(body: dict[str, Any], *names: str) -> dict[str, Any]:
    """The body's members, which may be no others than these."""
    for name in body:
        if name not in names:
            raise BadCommand(f"there is no {name} here; there are {', '.join(names)}", name)
    return body
