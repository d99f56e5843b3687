"""
The HTTP control API, `/_emulator/…`: one route for each command that has one, and the page.

Routes, accepted fields and answers are derived from the commands. An invalid argument is answered with 400 and
`{"error", "field"}`, an unknown resource with 404; neither changes anything. The server itself provides the event
stream.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request, send_from_directory
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from emulator.control.command import Command, File, commands, execute
from emulator.control.errors import InvalidArgument, MissingExtra, NotFound, WaitTimeout
from emulator.control.openapi import describe
from emulator.control.parsing import quoted
from emulator.engine import Engine
from emulator.journal.errors import JournalUnavailable

UI = Path(__file__).parent / "ui"
SANDBOX_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
"""A file of a message may be HTML or SVG; it is displayed, but must not run as part of the page."""
ERRORS: dict[type[Exception], int] = {
    InvalidArgument: 400,
    NotFound: 404,
    WaitTimeout: 408,
    MissingExtra: 501,
    JournalUnavailable: 503,
}


def create_app(engine: Engine) -> Flask:
    """Return the Flask application for an engine."""
    app = Flask(__name__, static_folder=None)
    # The device token of a browser is a URL.
    app.url_map.merge_slashes = False
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    _answer_errors(app)
    for command in commands().values():
        if command.route is not None:
            _add_route(app, engine, command)
    _add_pages(app)
    return app


def _answer_errors(app: Flask) -> None:
    def refuse(error: Exception) -> tuple[Response, int]:
        status = next(ERRORS[kind] for kind in type(error).__mro__ if kind in ERRORS)
        return jsonify(error=str(error), field=getattr(error, "field", None)), status

    for kind in ERRORS:
        app.register_error_handler(kind, refuse)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> tuple[Response, int]:
        return jsonify(error=f"{error.name}: {request.method} {request.path}", field=None), error.code or 500


def _add_route(app: Flask, engine: Engine, command: Command) -> None:
    path = re.sub(r"\{(path:)?(\w+)\}", lambda found: f"<{found[1] or ''}{found[2]}>", command.path)

    def answer(**path_arguments: str) -> ResponseReturnValue:
        arguments = command.read_query(dict(request.args.items())) | _read_body(command) | path_arguments
        result = execute(engine, command.name, arguments)
        if result is None:
            return "", command.status
        if isinstance(result, File):
            headers = {} if result.trusted else SANDBOX_HEADERS
            return Response(result.body, command.status, headers, content_type=result.content_type)
        return jsonify(result), command.status

    app.add_url_rule(path, command.name, answer, methods=[command.method])


def _read_body(command: Command) -> dict[str, Any]:
    """Return the body's fields, or the whole body under the name of its parameter."""
    if command.body is not None:
        parameter = command.parameters[command.body]
        if parameter.type.__origin__ is bytes:
            return {parameter.name: request.get_data(), "content_type": request.content_type}
        return {parameter.name: _read_json()}
    if command.method not in ("POST", "PUT"):
        return {}
    body = _read_json()
    if not isinstance(body, dict):
        raise InvalidArgument(f"the body must be a JSON object, not {quoted(body)}")
    allowed = [each.name for each in command.parameters.values() if each.location == "body"]
    # What GET answers can be sent back: it repeats what the path says.
    in_path = {each.name for each in command.parameters.values() if each.location == "path"}
    for name in body:
        if name not in allowed and name not in in_path:
            raise InvalidArgument(f"unknown field {quoted(name)}; allowed: {', '.join(allowed) or 'none'}", name)
    return body


def _read_json() -> Any:
    """Return the request's JSON; an absent body is an empty object."""
    data = request.get_data()  # whatever the Content-Type: curl -d sends that of form data
    if not data:
        return {}
    try:
        body = json.loads(data)
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeError as error:
        raise InvalidArgument("the body is not UTF-8, or contains half of a surrogate pair") from error
    except (ValueError, RecursionError) as error:
        raise InvalidArgument(f"the body is not JSON: {error}") from error
    return body


def _add_pages(app: Flask) -> None:
    @app.get("/_emulator")
    def redirect_to_page() -> Response:
        return Response(status=302, headers={"Location": "/_emulator/"})

    @app.get("/_emulator/")
    def page() -> Response:
        return send_from_directory(UI, "index.html")

    @app.get("/_emulator/ui/<path:name>")
    def asset(name: str) -> Response:
        return send_from_directory(UI, name)

    @app.get("/_emulator/openapi.json")
    def openapi() -> Mapping[str, Any]:
        return describe()

    @app.get("/_emulator/docs")
    def docs() -> Response:
        return send_from_directory(UI, "docs.html")
