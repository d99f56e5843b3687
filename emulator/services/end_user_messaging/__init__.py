"""`endusermessaging`: one-time codes that AWS makes and checks, and brand profiles for registrations."""
