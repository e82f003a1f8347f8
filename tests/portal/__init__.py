"""The company's side against a real database."""
