"""Benchmarks: ratios measured side by side in one run; times are never asserted."""
