"""Rules of the timetable and of notes, most of them pure."""
