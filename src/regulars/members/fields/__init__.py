"""What a merchant wants to know of members beyond name and numbers: own fields, and birthdays."""
