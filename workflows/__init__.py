"""What may happen: actions, engine, language, operations, clock."""
