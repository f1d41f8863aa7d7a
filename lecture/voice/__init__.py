"""Speech: synthetic voices, recordings, and loudness normalization."""
