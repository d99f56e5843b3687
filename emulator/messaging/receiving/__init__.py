"""What arrives from handsets."""
