"""
Use case 12, and the alert service: a text first, a call to everybody who has not acknowledged within five minutes, and
a text to the manager and the team once an engineer has acknowledged.

The application reads the keys through the emulator: AWS's calls do not report any (docs/provoking-events.md).
"""

from stage import open_stage

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
    """Alerts engineers by text, then by voice; `wait` lets minutes pass, `replies` returns the texts received since."""

    def __init__(self, client, wait, replies, pressed):
        self.client, self.wait, self.replies, self.pressed = client, wait, replies, pressed

    def send_critical_alert(self, alert_message, recipients):
        """Text everybody, call those who do not answer, and return how each has acknowledged."""
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
        """Return who has answered ACK within five minutes."""
        self.wait(minutes=5)
        return {number: "by text" for number, body in self.replies() if body == "ACK"}

    def text(self, to, body):
        """Send a text."""
        self.client.send_text_message(DestinationPhoneNumber=to, OriginationIdentity=SENDER, MessageBody=body)


def main():
    """Run the example; it ends with an error if anything goes wrong."""
    with open_stage() as stage:
        stage.voice.register_phone_number(PhoneNumber=SENDER)
        stage.listen(DIALLED)
        stage.sms.calls.instruct(DIALLED, ASK)
        stage.recipient(ASLEEP).behave(presses=["1"])

        def wait(minutes):
            stage.recipient(AWAKE).reply("ACK")
            stage.sms.clock.advance(minutes=minutes)

        service = AlertService(
            stage.voice, wait, stage.replies, lambda message_id: stage.sms.calls.show(message_id)["digits"]
        )
        acknowledged = service.send_critical_alert("Database down", [AWAKE, ASLEEP])
        for number in (MANAGER, TEAM):
            for engineer, how in acknowledged.items():
                service.text(number, f"Database down: {engineer} acknowledged {how}")

        assert acknowledged == {AWAKE: "by text", ASLEEP: "by pressing 1"}
        assert stage.heard(AWAKE) == []
        assert stage.read(TEAM) == stage.read(MANAGER)
        call = stage.sms.inbox.wait(to=ASLEEP, channel="voice")
        print(f"{ASLEEP} was called: {stage.sms.calls.show(call.message_id)['spoken']}")
        print("\n".join(["The manager reads:", *stage.read(MANAGER)]))


if __name__ == "__main__":
    main()
