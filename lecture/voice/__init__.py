"""Speech: voices, the lecturer's own recordings, and one loudness for all of it."""
