"""
One-time codes as a Django application: `POST /codes` sends one, `POST /sessions` logs in with it.

Run it by `python app.py runserver`. The code is kept in the cache as a digest, for ten minutes and five attempts; in
production the cache is shared, such as Redis.
"""

import hashlib
import hmac
import os
import secrets
import sys
from functools import cache as memoize

import boto3
import django
from botocore.config import Config
from botocore.exceptions import ClientError
from django.conf import settings
from django.core.cache import cache
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

VALID_SECONDS, ATTEMPTS = 600, 5

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        ROOT_URLCONF=__name__,
        SECRET_KEY=os.environ.get("SECRET_KEY", secrets.token_hex()),
    )
    django.setup()


@memoize
def sms():
    """Return the client that all requests share; it repeats throttled ones."""
    return boto3.client("pinpoint-sms-voice-v2", config=Config(retries={"mode": "standard", "total_max_attempts": 5}))


def digest(phone, code):
    """Return what is stored of a code."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{phone}:{code}".encode(), hashlib.sha256).hexdigest()


@csrf_exempt
@require_POST
def send_code(request):
    """Send a code."""
    phone, code = request.POST.get("phone", ""), f"{secrets.randbelow(10**6):06}"
    try:
        sms().send_text_message(
            DestinationPhoneNumber=phone,
            OriginationIdentity=os.environ["ORIGINATION_IDENTITY"],
            MessageBody=f"Your verification code: {code} (valid 10 min)",
            MessageType="TRANSACTIONAL",
        )
    except ClientError as error:
        if error.response.get("Reason") == "DESTINATION_PHONE_NUMBER_OPTED_OUT":
            return JsonResponse({"error": "This number has opted out of our texts."}, status=409)
        if error.response["Error"]["Code"] == "ValidationException":
            return JsonResponse({"error": "This is not a valid phone number."}, status=400)
        if error.response["Error"]["Code"] == "ThrottlingException":
            return JsonResponse({"error": "Try again in a minute."}, status=503, headers={"Retry-After": "60"})
        raise
    cache.set(f"code:{phone}", digest(phone, code), VALID_SECONDS)
    cache.set(f"attempts:{phone}", ATTEMPTS, VALID_SECONDS)
    return JsonResponse({}, status=202)


@csrf_exempt
@require_POST
def log_in(request):
    """Log in with a code."""
    phone, code = request.POST.get("phone", ""), request.POST.get("code", "")
    stored = cache.get(f"code:{phone}")
    if stored is None or cache.decr(f"attempts:{phone}") < 0 or not hmac.compare_digest(stored, digest(phone, code)):
        return JsonResponse({"error": "Wrong or expired code."}, status=401)
    # Of two requests with the right code at the same time, one deletes it and so succeeds.
    if not cache.delete(f"code:{phone}"):
        return JsonResponse({"error": "Wrong or expired code."}, status=401)
    return JsonResponse({"phone": phone}, status=201)


urlpatterns = [path("codes", send_code), path("sessions", log_in)]
application = get_wsgi_application()

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
