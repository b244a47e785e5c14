"""Programs: what a merchant promises, in versions that never change once published."""
