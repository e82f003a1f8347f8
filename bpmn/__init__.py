"""What the business owns: one folder per process, and no code."""
