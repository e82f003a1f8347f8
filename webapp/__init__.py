"""How it is shown: Flask pages, by audience."""
