"""How a service that is not ours words the refusal of a signature: in its own protocol, by its own names."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape

from emulator.wire.credentials import read_scope
from emulator.wire.errors import ServiceError
from emulator.wire.http import Request, Response
from emulator.wire.service import Service

REQUEST_ID = str(UUID(int=0))
QUERY_CODES = {
    "UnrecognizedClientException": "InvalidClientTokenId",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "ExpiredTokenException": "ExpiredToken",
    "IncompleteSignatureException": "IncompleteSignature",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
}
S3_CODES = QUERY_CODES | {
    "UnrecognizedClientException": "InvalidAccessKeyId",
    "IncompleteSignatureException": "AuthorizationHeaderMalformed",
    "MissingAuthenticationTokenException": "AccessDenied",
}


def encode_refusal(service: Service[Any, Any] | None, request: Request, error: ServiceError) -> Response:
    """Return the answer to a request whose signature was refused."""
    if service is not None:
        return service.protocol.encode_error(error, REQUEST_ID)
    status = error.status or 403
    if "x-amz-target" in request.headers or "json" in request.headers.get("content-type", ""):
        body = {"__type": error.code, "message": error.message}
        headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": error.code}
        return Response(status, headers, json.dumps(body).encode())
    if read_scope(request).signing_name == "s3" or not read_scope(request).signing_name:
        text = f"<Error><Code>{S3_CODES[error.code]}</Code><Message>{escape(error.message)}</Message></Error>"
    else:
        inner = f"<Type>Sender</Type><Code>{QUERY_CODES[error.code]}</Code><Message>{escape(error.message)}</Message>"
        text = f"<ErrorResponse><Error>{inner}</Error><RequestId>{REQUEST_ID}</RequestId></ErrorResponse>"
    return Response(status, {"Content-Type": "text/xml"}, f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode())
