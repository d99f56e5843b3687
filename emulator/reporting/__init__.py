"""What is reported to the outside: event records and their delivery, metrics, charges. It reads state, never changes it."""
