"""Simulation: what a draft would have given over real events, without writing anything."""
