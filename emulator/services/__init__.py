"""One folder for each AWS API that the emulator answers."""
