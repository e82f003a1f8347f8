"""The demo city: an invented city with its people, companies and cases, for trying things out."""
