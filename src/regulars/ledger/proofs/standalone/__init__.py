"""What can be copied and run without the rest of the house."""
