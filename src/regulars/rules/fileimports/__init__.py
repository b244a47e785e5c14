"""Members, opening balances, cards, levels and past sales from a file of another system."""
