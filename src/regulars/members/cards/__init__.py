"""Cards of plastic or paper: made in batches, bound to members, reported lost, replaced."""
