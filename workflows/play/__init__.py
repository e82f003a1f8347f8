"""Play: one case taken through the actions by a cast, with a clock that is moved."""
