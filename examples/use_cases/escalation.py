"""Use case 12, and the alert service: a text first, a call to whoever has not acknowledged within five minutes."""

from stage import stage

AWAKE, ASLEEP = "+15551234567", "+15551234568"
SENDER = "+1-212-555-ALERT"


class AlertService:
    """Alerts people by text, then by voice."""

    def __init__(self, world):
        self.world = world

    def send_critical_alert(self, alert, people):
        """Text everybody, wait, and call who is silent."""
        for number in people:
            self.world.text(number, f"CRITICAL: {alert}. Reply ACK to acknowledge")
        if AWAKE in people:
            self.world.person(AWAKE).reply("ACK")
        self.world.sms.clock.advance(minutes=5)
        acknowledged = {number for number, answer in self.world.replies() if answer == "ACK"}
        for number in people:
            if number not in acknowledged:
                self.world.voice.send_voice_message(
                    DestinationPhoneNumber=number,
                    OriginationIdentity=SENDER,
                    VoiceMessage={"TextToSpeechMessage": f"Critical alert: {alert}. Press 1 to acknowledge."},
                )
        return acknowledged


def main():
    """Tell the story; what does not happen ends it with an error."""
    with stage() as world:
        acknowledged = AlertService(world).send_critical_alert("Database down", [AWAKE, ASLEEP])

        assert acknowledged == {AWAKE}
        assert world.heard(AWAKE) == []
        assert world.heard(ASLEEP) == ["Critical alert: Database down. Press 1 to acknowledge."]
        print(f"{AWAKE} acknowledged; {ASLEEP} was called")


if __name__ == "__main__":
    main()
