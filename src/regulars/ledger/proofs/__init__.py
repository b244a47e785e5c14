"""Proofs: every figure recomputed from the first entry, and history sealed against rewriting."""
