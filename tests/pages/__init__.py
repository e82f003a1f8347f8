"""Pages as people and machines read them, asked for through Flask's client."""
