"""``lecture.toml`` and the lecture package: models, checks, schema and reference."""
