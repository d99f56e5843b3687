"""
A sign-up form in plain WSGI: it asks for a phone, texts a code, and welcomes who enters it.

Run it by `python app.py`. What waits for its code is kept in memory, for one process; `one_time_code` keeps it in
DynamoDB.
"""

import hmac
import os
import secrets
import time
from html import escape
from urllib.parse import parse_qs
from wsgiref.simple_server import make_server

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

PAGE = "<!doctype html><title>Sign up</title><form method=post>{}</form>"
PHONE = "<p>{}</p><label>Phone <input name=phone></label><button>Send code</button>"
CODE = "<p>{}</p><input type=hidden name=phone value='{}'><label>Code <input name=code></label><button>Sign up</button>"
VALID_SECONDS, ATTEMPTS = 600, 5


class SignUpForm:
    """The WSGI application."""

    def __init__(self):
        self.sms = boto3.client(
            "pinpoint-sms-voice-v2", config=Config(retries={"mode": "standard", "total_max_attempts": 5})
        )
        self.waiting = {}  # code, expiry and attempts left, by phone

    def __call__(self, environ, start_response):
        """Answer a request."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        fields = {name: values[0] for name, values in parse_qs(environ["wsgi.input"].read(length).decode()).items()}
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [PAGE.format(self.answer(fields)).encode()]

    def answer(self, fields):
        """Return the form that follows these fields."""
        phone = fields.get("phone", "").replace(" ", "")
        if "code" in fields:
            if self.check(phone, fields["code"].strip()):
                return f"<h1>Welcome, {escape(phone)}</h1>"
            return CODE.format("Wrong or expired code.", escape(phone, quote=True))
        if not phone:
            return PHONE.format("Enter your phone number.")
        try:
            self.send(phone)
        except ClientError as error:
            reason = error.response.get("Reason", error.response["Error"]["Code"])
            return PHONE.format(f"We cannot text this number: {escape(reason)}")
        return CODE.format("We have texted you a code.", escape(phone, quote=True))

    def send(self, phone):
        """Text a new code."""
        code = f"{secrets.randbelow(10**6):06}"
        self.sms.send_text_message(
            DestinationPhoneNumber=phone,
            OriginationIdentity=os.environ["ORIGINATION_IDENTITY"],
            MessageBody=f"Your verification code: {code}",
            MessageType="TRANSACTIONAL",
        )
        self.waiting[phone] = [code, time.time() + VALID_SECONDS, ATTEMPTS]

    def check(self, phone, code):
        """Return whether the code is the valid one; each call uses up an attempt, and a success the code."""
        expected, expires, attempts = self.waiting.get(phone, ("", 0, 0))
        if attempts == 0 or expires <= time.time():
            return False
        self.waiting[phone][2] -= 1
        return hmac.compare_digest(expected, code) and self.waiting.pop(phone, None) is not None


if __name__ == "__main__":
    make_server("127.0.0.1", 8000, SignUpForm()).serve_forever()
