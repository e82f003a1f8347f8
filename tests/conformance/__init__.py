"""Runs folders of DMN conformance cases against the project's own decisions."""
