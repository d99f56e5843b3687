"""Brand profiles: their standard attributes, and how these and the fields of registrations fill each other."""
