"""Views of lists that staff keep by name: filters, order and columns, for oneself or for all."""
