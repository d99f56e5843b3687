"""Registration forms, their review, and what an approval provides."""
