"""The shops of the merchant, own or franchised, each with its time zone."""
