"""Points given or taken by hand: with a reason, and above a limit with a second person's word."""
