"""Registrations: forms, reviews, and the resources that an approval provisions."""
