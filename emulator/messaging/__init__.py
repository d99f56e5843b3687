"""The account's messaging system, whatever API speaks to it."""
