"""One package for each AWS API that the emulator answers."""
