"""The pages of the timetable, its releases, the day and the notes."""
