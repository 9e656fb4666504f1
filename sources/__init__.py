"""Room.
Face."""
