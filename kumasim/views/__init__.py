"""Drawings of read models: tables, text, pictures."""
