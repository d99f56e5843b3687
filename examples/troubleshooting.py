"""
Eight troubles of the guide's table, each provoked on purpose: the error is shown, and gone after the remedy.

The people, carriers and devices that make the trouble are played by the tester (`world.sms`); errors and remedies are the
application's, by boto3. The clients and the number come from the stage of the use cases.
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

from stage import stage

PERSON, OURS = "+15551234567", "+1-212-555-0100"
SAMPLE_RATE = 8000


def refusal(call, **members):
    """The error's sentence of a call that is refused."""
    try:
        call(**members)
    except ClientError as error:
        return error.response["Error"]["Message"]
    raise SystemExit("The call was accepted")


def sms(world, **members):
    """A text by the guide's client; gives the answer."""
    wanted = {"DestinationPhoneNumber": PERSON, "OriginationIdentity": OURS, "MessageBody": "Hi"} | members
    return world.voice.send_text_message(**wanted)


def invalid_phone_number(world):
    """The prefix is missing: E.164 has it."""
    wanted = {"OriginationIdentity": OURS, "MessageBody": "Hi"}
    yield refusal(world.voice.send_text_message, DestinationPhoneNumber="5551234567", **wanted)
    yield f"+1 555 123 4567 is {sms(world, DestinationPhoneNumber='+1 555 123 4567')['MessageStatus']}"


def campaign_not_approved(world):
    """The campaign is still under review: the registry approves it."""
    world.sms.clock.freeze()
    world.voice.register_phone_number(PhoneNumber=OURS)
    campaign = world.voice.create_campaign(
        CampaignName="Newsletter", CampaignCategory="Marketing", SenderIdentity=OURS, MessageSample="Our latest deals"
    )
    wanted = {"DestinationPhoneNumber": PERSON, "OriginationIdentity": OURS, "MessageBody": "Our latest deals"}
    yield refusal(world.voice.send_text_message, **wanted)
    world.sms.clock.advance(hours=24)
    status = world.voice.get_campaign(CampaignId=campaign["CampaignId"])["Status"]
    yield f"the campaign is {status}, and the text {sms(world)['MessageStatus']}"


def high_bounce_rate(world):
    """Numbers that do not exist, or nobody has any more: a validation API tells the first, receipts the second."""
    gone = "+12065550199"
    world.person(gone).behave(outcome="UNREACHABLE")
    numbers = ["+14255550100", "+14255550101", "+14255550102", "+12065", gone]

    def bounce_rate():
        ids = [world.text(number, "Hi") for number in numbers]
        ends = [world.sms.inbox.wait(message_id=message_id).status for message_id in ids]
        bounced = {number: end for number, end in zip(numbers, ends, strict=True) if end != "DELIVERED"}
        return f"{len(bounced) / len(numbers):.0%} of {len(numbers)} texts bounced", bounced

    words, bounced = bounce_rate()
    yield f"High bounce rate: {words}: {', '.join(bounced.values())}"
    validate = world.client("pinpoint").phone_number_validate
    for number in list(numbers):
        known = validate(NumberValidateRequest={"PhoneNumber": number})["NumberValidateResponse"]["PhoneType"]
        if known == "INVALID" or bounced.get(number) == "UNREACHABLE":
            numbers.remove(number)
    yield bounce_rate()[0]


def slow_delivery(world):
    """The carrier of one number is slow: by another number's the text is there in time."""
    other = world.lease()
    world.sms.carriers.rule(outcome="DELIVERED", from_=world.number, delay_seconds=400)

    def seconds_by(number):
        message_id = world.text(PERSON, "Hi", OriginationIdentity=number)
        world.sms.clock.advance(minutes=10)
        message = world.sms.inbox.wait(message_id=message_id, status="DELIVERED")
        return (message.history[-1].at - message.requested_at).total_seconds()

    yield f"SMS delivery slow: {seconds_by(world.number) / 60:.1f} minutes"
    yield f"{seconds_by(other):.1f} seconds by another carrier"


def stop_without_answer(world):
    """The carrier's opt-outs are not the account's: put the number on the list, and let STOP be answered."""
    (number,) = world.texts.describe_phone_numbers()["PhoneNumbers"]
    settings = {"PhoneNumberId": number["PhoneNumberId"]}
    world.texts.update_phone_number(**settings, SelfManagedOptOutsEnabled=True)
    answer = world.person(PERSON).reply("STOP", to=world.number)["reply"]
    world.text(PERSON, "Deals!")
    yield f"STOP is answered with {answer}, and the next text arrives"
    world.texts.put_opted_out_number(OptOutListName="Default", OptedOutNumber=PERSON)
    world.texts.update_phone_number(**settings, SelfManagedOptOutsEnabled=False)
    sentence = refusal(
        world.texts.send_text_message,
        DestinationPhoneNumber=PERSON,
        OriginationIdentity=world.number,
        MessageBody="Deals!",
    )
    answer = world.person("+15551234568").reply("STOP", to=world.number)["reply"]
    yield f"{sentence.partition(' ResourceType')[0]}; STOP is answered with: {answer}"


def replies_missing(world):
    """Nothing listens to the number: a topic, a queue and a subscription do."""
    second = world.lease()
    world.text(PERSON, "Confirm?", OriginationIdentity=second)
    world.person(PERSON).reply("Yes", to=second)
    yield f"Two-way SMS replies missing: {len(world.replies())} in the queue"
    world.listen(second)
    world.person(PERSON).reply("Yes", to=second)
    yield f"in the queue: {world.replies()}"


def call_without_sound(world):
    """The recording is in a codec that telephones do not carry: in linear PCM it is heard."""
    s3 = world.client("s3")
    s3.create_bucket(Bucket="voices")

    def heard_of(content):
        s3.put_object(Bucket="voices", Key="message.wav", Body=content)
        answer = world.voice.send_voice_message(
            DestinationPhoneNumber=PERSON, OriginationIdentity=OURS, VoiceMessage={"Audio": "s3://voices/message.wav"}
        )
        call = world.sms.inbox.wait(message_id=answer["MessageId"], status="COMPLETED")
        return f"the call is {call.status}, {world.sms.calls.show(call.message_id)['heard_seconds']} seconds were heard"

    yield f"Voice call no audio: {heard_of(b'ID3, as an MP3 file begins')}"
    yield heard_of(tone(seconds=2))


def tone(seconds):
    """A WAV file of the pitch that an orchestra tunes to."""
    samples = (round(8000 * math.sin(2 * math.pi * 440 * place / SAMPLE_RATE)) for place in range(seconds * SAMPLE_RATE))
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, SAMPLE_RATE, 0, "NONE", "not compressed"))
        writer.writeframes(array("h", samples).tobytes())
    return file.getvalue()


def push_token_expired(world):
    """The app was not opened for months: it registers its new token."""
    old, new = "a" * 64, "b" * 64
    world.sms.devices.put(old, platform="APNS", phone_number=PERSON)
    world.sms.clock.advance(days=300)

    def notify():
        content = {"Title": "Order Update", "Body": "Your order has shipped"}
        answer = world.voice.send_notification(DestinationPhoneNumber=PERSON, Channel="PUSH", NotificationContent=content)
        return answer["Results"][-1]

    told = json.loads(notify()["StatusMessage"])
    yield f"{told['errorMessage']}: {told['pushProviderError']}"
    world.sms.devices.put(new, platform="APNS", phone_number=PERSON)
    yield f"by the new token it is {notify()['DeliveryStatus']}"


TROUBLES = (
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
    """Provoke each trouble in a world of its own, and mend it."""
    for trouble in TROUBLES:
        with stage() as world:
            error, remedied = trouble(world)
        print(f"{trouble.__name__.replace('_', ' ')}\n  trouble: {error}\n  mended:  {remedied}")


if __name__ == "__main__":
    main()
