"""The blocks that all screens are made of: shell, list, figures, chart, timeline, messages."""
