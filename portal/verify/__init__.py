"""Recomputing what must hold between the rows, whatever has happened to them."""
