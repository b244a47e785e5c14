"""Orders of web shops (Shopify, WooCommerce), in their own shape and with their signature."""
