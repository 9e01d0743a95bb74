"""Scenario files: the format, its model, and how what is expected is compared with what is."""
