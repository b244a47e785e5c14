"""The one way in: events become entries, receipts and notices, once each."""
