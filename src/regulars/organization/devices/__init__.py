"""The tills and phones registered at a store, each with a secret of its own that can be revoked."""
