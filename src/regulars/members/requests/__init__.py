"""What members ask of the shop about their data: a copy of it, or to have it erased."""
