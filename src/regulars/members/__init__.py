"""The members: who they are and by which numbers they are known."""
