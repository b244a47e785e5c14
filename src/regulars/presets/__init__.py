"""Ready-made packages: data and texts that set Regulars up for a trade, or to be tried."""
