"""What all members together gained and lost on each day: summed once, proved from the start."""
