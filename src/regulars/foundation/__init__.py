"""The ground under every floor: clock, ids, amounts, errors, database. No word about loyalty."""
