"""Use case 2: reminders seven days and one day before an appointment, and a survey after it."""

from stage import open_stage

PATIENT = "+15551234567"


def main():
    """Run the example; it ends with an error if anything goes wrong."""
    with open_stage() as stage:
        appointments = {PATIENT: "booked"}
        stage.text(PATIENT, "Your appointment: April 28, 2:00 PM at Medical Center. Reply CONFIRM")
        stage.recipient(PATIENT).reply("CONFIRM")
        for number, answer in stage.replies():
            if answer == "CONFIRM":
                appointments[number] = "confirmed"
                stage.text(number, "Thank you. See you on April 28.")
        assert appointments == {PATIENT: "confirmed"}

        stage.sms.clock.advance(days=6)
        stage.text(PATIENT, "Tomorrow, 2:00 PM. Questions? Call 212-555-CLINIC")

        stage.sms.clock.advance(days=2)
        stage.text(PATIENT, "How was your visit? Reply Y/N")
        stage.recipient(PATIENT).reply("Y")
        assert stage.replies() == [(PATIENT, "Y")]
        assert len(stage.read(PATIENT)) == 4
        print("\n".join(stage.read(PATIENT)))


if __name__ == "__main__":
    main()
