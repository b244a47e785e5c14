"""What members agreed to, purpose by purpose: who, when, and to which text."""
