"""Definitions: what a process admin deploys, read, checked, compiled and kept at hand."""
