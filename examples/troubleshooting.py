"""
Eight problems from the guide's table, each provoked on purpose: its error is shown, and that it is gone after the fix.

The recipients, carriers and devices that cause a problem are played through the emulator (`stage.sms`); errors and
fixes are the application's, with boto3. The clients and the number come from the stage of the use cases.
"""

import io
import json
import math
import sys
import wave
from array import array
from pathlib import Path

from botocore.exceptions import ClientError

sys.path.insert(0, str(Path(__file__).parent / "use_cases"))

from stage import open_stage

RECIPIENT, OURS = "+15551234567", "+1-212-555-0100"
SAMPLE_RATE = 8000


def refusal(call, **fields):
    """Return the error message of a call that is refused."""
    try:
        call(**fields)
    except ClientError as error:
        return error.response["Error"]["Message"]
    raise SystemExit("The call was accepted")


def sms(stage, **fields):
    """Send a text with the guide's client, and return the response."""
    wanted = {"DestinationPhoneNumber": RECIPIENT, "OriginationIdentity": OURS, "MessageBody": "Hi"} | fields
    return stage.voice.send_text_message(**wanted)


def invalid_phone_number(stage):
    """The country code is missing, which E.164 requires."""
    wanted = {"OriginationIdentity": OURS, "MessageBody": "Hi"}
    yield refusal(stage.voice.send_text_message, DestinationPhoneNumber="5551234567", **wanted)
    yield f"+1 555 123 4567 is {sms(stage, DestinationPhoneNumber='+1 555 123 4567')['MessageStatus']}"


def campaign_not_approved(stage):
    """The campaign is still under review: wait until the registry approves it."""
    stage.sms.clock.freeze()
    stage.voice.register_phone_number(PhoneNumber=OURS)
    campaign = stage.voice.create_campaign(
        CampaignName="Newsletter", CampaignCategory="Marketing", SenderIdentity=OURS, MessageSample="Our latest deals"
    )
    wanted = {"DestinationPhoneNumber": RECIPIENT, "OriginationIdentity": OURS, "MessageBody": "Our latest deals"}
    yield refusal(stage.voice.send_text_message, **wanted)
    stage.sms.clock.advance(hours=24)
    status = stage.voice.get_campaign(CampaignId=campaign["CampaignId"])["Status"]
    yield f"the campaign is {status}, and the text {sms(stage)['MessageStatus']}"


def high_bounce_rate(stage):
    """Numbers do not exist, or are no longer in use: a validation API finds the former, receipts the latter."""
    gone = "+12065550199"
    stage.recipient(gone).behave(outcome="UNREACHABLE")
    numbers = ["+14255550100", "+14255550101", "+14255550102", "+12065", gone]

    def bounce_rate():
        ids = [stage.text(number, "Hi") for number in numbers]
        ends = [stage.sms.inbox.wait(message_id=message_id).status for message_id in ids]
        bounced = {number: end for number, end in zip(numbers, ends, strict=True) if end != "DELIVERED"}
        return f"{len(bounced) / len(numbers):.0%} of {len(numbers)} texts bounced", bounced

    words, bounced = bounce_rate()
    yield f"High bounce rate: {words}: {', '.join(bounced.values())}"
    validate = stage.client("pinpoint").phone_number_validate
    for number in list(numbers):
        known = validate(NumberValidateRequest={"PhoneNumber": number})["NumberValidateResponse"]["PhoneType"]
        if known == "INVALID" or bounced.get(number) == "UNREACHABLE":
            numbers.remove(number)
    yield bounce_rate()[0]


def slow_delivery(stage):
    """The carrier of one number is slow: a text from another number arrives in time."""
    other = stage.lease()
    stage.sms.carriers.rule(outcome="DELIVERED", from_=stage.number, delay_seconds=400)

    def seconds_by(number):
        message_id = stage.text(RECIPIENT, "Hi", OriginationIdentity=number)
        stage.sms.clock.advance(minutes=10)
        message = stage.sms.inbox.wait(message_id=message_id, status="DELIVERED")
        return (message.history[-1].at - message.requested_at).total_seconds()

    yield f"SMS delivery slow: {seconds_by(stage.number) / 60:.1f} minutes"
    yield f"{seconds_by(other):.1f} seconds with another carrier"


def stop_without_answer(stage):
    """The carrier's opt-outs are not the account's: put the number on the list, and have STOP answered."""
    (number,) = stage.texts.describe_phone_numbers()["PhoneNumbers"]
    settings = {"PhoneNumberId": number["PhoneNumberId"]}
    stage.texts.update_phone_number(**settings, SelfManagedOptOutsEnabled=True)
    answer = stage.recipient(RECIPIENT).reply("STOP", to=stage.number)["reply"]
    stage.text(RECIPIENT, "Deals!")
    yield f"STOP is answered with {answer}, and the next text arrives"
    stage.texts.put_opted_out_number(OptOutListName="Default", OptedOutNumber=RECIPIENT)
    stage.texts.update_phone_number(**settings, SelfManagedOptOutsEnabled=False)
    sentence = refusal(
        stage.texts.send_text_message,
        DestinationPhoneNumber=RECIPIENT,
        OriginationIdentity=stage.number,
        MessageBody="Deals!",
    )
    answer = stage.recipient("+15551234568").reply("STOP", to=stage.number)["reply"]
    yield f"{sentence.partition(' ResourceType')[0]}; STOP is answered with: {answer}"


def replies_missing(stage):
    """The number has no two-way channel: add a topic, a queue and a subscription."""
    second = stage.lease()
    stage.text(RECIPIENT, "Confirm?", OriginationIdentity=second)
    stage.recipient(RECIPIENT).reply("Yes", to=second)
    yield f"Two-way SMS replies missing: {len(stage.replies())} in the queue"
    stage.listen(second)
    stage.recipient(RECIPIENT).reply("Yes", to=second)
    yield f"in the queue: {stage.replies()}"


def call_without_sound(stage):
    """The recording is in a codec that the phone network does not carry: use linear PCM."""
    s3 = stage.client("s3")
    s3.create_bucket(Bucket="voices")

    def heard_of(content):
        s3.put_object(Bucket="voices", Key="message.wav", Body=content)
        answer = stage.voice.send_voice_message(
            DestinationPhoneNumber=RECIPIENT, OriginationIdentity=OURS, VoiceMessage={"Audio": "s3://voices/message.wav"}
        )
        call = stage.sms.inbox.wait(message_id=answer["MessageId"], status="COMPLETED")
        return f"the call is {call.status}, {stage.sms.calls.show(call.message_id)['heard_seconds']} seconds were heard"

    yield f"Voice call no audio: {heard_of(b'ID3, as an MP3 file begins')}"
    yield heard_of(tone(seconds=2))


def tone(seconds):
    """Return a WAV file of an orchestra's tuning note."""
    samples = (round(8000 * math.sin(2 * math.pi * 440 * place / SAMPLE_RATE)) for place in range(seconds * SAMPLE_RATE))
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, SAMPLE_RATE, 0, "NONE", "not compressed"))
        writer.writeframes(array("h", samples).tobytes())
    return file.getvalue()


def push_token_expired(stage):
    """The app has not been opened for months: it must register its new token."""
    old, new = "a" * 64, "b" * 64
    stage.sms.devices.put(old, platform="APNS", phone_number=RECIPIENT)
    stage.sms.clock.advance(days=300)

    def notify():
        content = {"Title": "Order Update", "Body": "Your order has shipped"}
        answer = stage.voice.send_notification(DestinationPhoneNumber=RECIPIENT, Channel="PUSH", NotificationContent=content)
        return answer["Results"][-1]

    status = json.loads(notify()["StatusMessage"])
    yield f"{status['errorMessage']}: {status['pushProviderError']}"
    stage.sms.devices.put(new, platform="APNS", phone_number=RECIPIENT)
    yield f"with the new token it is {notify()['DeliveryStatus']}"


PROBLEMS = (
    invalid_phone_number,
    campaign_not_approved,
    high_bounce_rate,
    slow_delivery,
    stop_without_answer,
    replies_missing,
    call_without_sound,
    push_token_expired,
)


def main():
    """Provoke each problem with empty state, and fix it."""
    for problem in PROBLEMS:
        with open_stage() as stage:
            error, fixed = problem(stage)
        print(f"{problem.__name__.replace('_', ' ')}\n  problem: {error}\n  fixed:   {fixed}")


if __name__ == "__main__":
    main()
