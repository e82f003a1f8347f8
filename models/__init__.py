"""What is remembered: tables, reads and migrations."""
