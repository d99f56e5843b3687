"""`python -m emulator` runs the console script `sms-voice-emulator`."""

import sys

from emulator.front.command_line import main

sys.exit(main())
