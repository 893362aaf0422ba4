"""Measurements with bounds: each prints a table and fails when a bound is exceeded."""
