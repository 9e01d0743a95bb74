"""Runs actors: a trio task and a memory channel for each, or plain calls. Both write the same bytes."""
