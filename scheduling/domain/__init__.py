"""What can be done to the week, its releases and the notes."""
