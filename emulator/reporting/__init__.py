"""What the world tells the outside: event records, their delivery, money. It reads state and never changes it."""
