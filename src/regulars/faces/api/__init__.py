"""The JSON API, version 1: every route that other programs may call."""
