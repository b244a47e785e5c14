"""Installing ready-made packages: what one would make, making it, changing it, ending it."""
