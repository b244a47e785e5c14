"""The counter: sales and returns with their tenders, parked sales, shifts and the day's end."""
