"""Use case 2: reminders seven days and one day before an appointment, and a survey after it."""

from stage import stage

PATIENT = "+15551234567"


def main():
    """Tell the story; what does not happen ends it with an error."""
    with stage() as world:
        appointments = {PATIENT: "booked"}
        world.text(PATIENT, "Your appointment: April 28, 2:00 PM at Medical Center. Reply CONFIRM")
        world.person(PATIENT).reply("CONFIRM")
        for number, answer in world.replies():
            if answer == "CONFIRM":
                appointments[number] = "confirmed"
                world.text(number, "Thank you. See you on April 28.")
        assert appointments == {PATIENT: "confirmed"}

        world.sms.clock.advance(days=6)
        world.text(PATIENT, "Tomorrow, 2:00 PM. Questions? Call 212-555-CLINIC")

        world.sms.clock.advance(days=2)
        world.text(PATIENT, "How was your visit? Reply Y/N")
        world.person(PATIENT).reply("Y")
        assert world.replies() == [(PATIENT, "Y")]
        assert len(world.read(PATIENT)) == 4
        print("\n".join(world.read(PATIENT)))


if __name__ == "__main__":
    main()
