"""Long work that somebody started on a page: its progress, its outcome, its file, its history."""
