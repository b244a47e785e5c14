"""Measures the doors: every figure of docs/performance.md, in one run on one machine."""
