"""The great changes in a member's life here: merged, frozen, released, exported, erased."""
