"""What the merchant promises: programs judge events, and propose what the ledger books."""
