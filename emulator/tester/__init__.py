"""The tester's side of the world: the person with the phone, the carrier, the clock's hand."""
