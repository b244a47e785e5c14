"""A tea shop to look at: two stores, two hundred members, two months of sales."""
