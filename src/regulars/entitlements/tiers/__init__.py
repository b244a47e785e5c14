"""Levels: what a member must reach, what it brings, until when it holds, and every change of it."""
