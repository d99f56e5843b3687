"""
Use case 12, and the alert service: a text first, a call to whoever has not acknowledged within five minutes, and the
manager and the team are told once an engineer has acknowledged.

The application learns of keys as a tester does: AWS's calls do not listen (docs/provoking-events.md).
"""

from stage import stage

AWAKE, ASLEEP = "+15551234567", "+15551234568"
MANAGER, TEAM = "+15551234569", "+15551234570"
SENDER, DIALLED = "+1-212-555-ALERT", "+12125552537"
ASK = {
    "start": "ask",
    "steps": {
        "ask": {"say": "{message} Press 1 to acknowledge.", "gather_digits": 1, "on": {"1": "thanks"}, "repeat": 2},
        "thanks": {"say": "Thank you."},
    },
}


class AlertService:
    """Alerts people by text, then by voice; `wait` lets minutes pass, `replies` reads the texts that came in meanwhile."""

    def __init__(self, client, wait, replies, pressed):
        self.client, self.wait, self.replies, self.pressed = client, wait, replies, pressed

    def send_critical_alert(self, alert_message, recipients):
        """Text everybody, call who is silent; gives how each has acknowledged."""
        for recipient in recipients:
            self.text(recipient, f"CRITICAL: {alert_message}. Reply ACK to acknowledge")
        acknowledged = self.check_ack_within_5min()
        for recipient in recipients:
            if recipient not in acknowledged:
                sent = self.client.send_voice_message(
                    DestinationPhoneNumber=recipient,
                    OriginationIdentity=SENDER,
                    VoiceMessage={"TextToSpeechMessage": f"Critical alert: {alert_message}.", "LanguageCode": "en-US"},
                )
                if self.pressed(sent["MessageId"]) == "1":
                    acknowledged[recipient] = "by pressing 1"
        return acknowledged

    def check_ack_within_5min(self):
        """Who has answered ACK when five minutes have passed."""
        self.wait(minutes=5)
        return {number: "by text" for number, body in self.replies() if body == "ACK"}

    def text(self, to, body):
        """Send a text."""
        self.client.send_text_message(DestinationPhoneNumber=to, OriginationIdentity=SENDER, MessageBody=body)


def main():
    """Tell the story; what does not happen ends it with an error."""
    with stage() as world:
        world.voice.register_phone_number(PhoneNumber=SENDER)
        world.listen(DIALLED)
        world.sms.calls.instruct(DIALLED, ASK)
        world.person(ASLEEP).behave(presses=["1"])

        def wait(minutes):
            world.person(AWAKE).reply("ACK")
            world.sms.clock.advance(minutes=minutes)

        service = AlertService(
            world.voice, wait, world.replies, lambda message_id: world.sms.calls.show(message_id)["digits"]
        )
        acknowledged = service.send_critical_alert("Database down", [AWAKE, ASLEEP])
        for number in (MANAGER, TEAM):
            for engineer, how in acknowledged.items():
                service.text(number, f"Database down: {engineer} acknowledged {how}")

        assert acknowledged == {AWAKE: "by text", ASLEEP: "by pressing 1"}
        assert world.heard(AWAKE) == []
        assert world.read(TEAM) == world.read(MANAGER)
        call = world.sms.inbox.wait(to=ASLEEP, channel="voice")
        print(f"{ASLEEP} was called: {world.sms.calls.show(call.message_id)['spoken']}")
        print("\n".join(["The manager reads:", *world.read(MANAGER)]))


if __name__ == "__main__":
    main()
