"""Which receipts may still be claimed for a member."""

from datetime import date

from regulars.commerce.counter.types import TicketKind, TicketView


def can_be_claimed(ticket: TicketView, business_date: date) -> bool:
    """Whether a receipt is nobody's, whole, and of that day."""
    return (
        ticket.kind is TicketKind.SALE
        and ticket.member_id is None
        and not (ticket.trouble or ticket.given_back_minor or ticket.is_void)
        and ticket.business_date == business_date
    )
