"""The counter's addresses. All lie under one path, so that one worker keeps them."""

from datetime import date

from django.urls import path, register_converter

from regulars.faces.pos import finding, pages, printing, relieving, selling, shifting, starting


class DayConverter:
    """A day in an address: 2025-03-08."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """The day; a ValueError means there is no such page."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """The day as it stands in an address."""
        return value.isoformat()


register_converter(DayConverter, "day")

app_name = "pos"

urlpatterns = [
    path("", pages.shell, name="counter"),
    path("device/", pages.device, name="device"),
    path("sw.js", pages.worker, name="worker"),
    path("manifest.webmanifest", pages.manifest, name="manifest"),
    path("receipts/<str:number>/", pages.receipt, name="receipt"),
    path("receipts/<str:number>/printer/", pages.receipt_printer, name="receipt-bytes"),
    path("shifts/<str:shift>/", pages.shift_paper, name="shift"),
    path("days/<str:store>/<day:day>/", pages.day_paper, name="day"),
    path("do/start/", starting.start, name="start"),
    path("do/terminal/", starting.terminal, name="terminal"),
    path("do/find/", finding.find, name="find"),
    path("do/look/", finding.look, name="look"),
    path("do/consents/", finding.consents, name="consents"),
    path("do/enrol/", finding.enrol, name="enrol"),
    path("do/card-lost/", finding.card_lost, name="card-lost"),
    path("do/card-new/", finding.card_new, name="card-new"),
    path("do/sale/", selling.sale, name="sale"),
    path("do/rehearse/", selling.rehearse, name="rehearse"),
    path("do/refund-plan/", selling.refund_plan, name="refund-plan"),
    path("do/refund/", selling.refund, name="refund"),
    path("do/tickets/", selling.tickets, name="tickets"),
    path("do/tickets/<str:number>/", selling.ticket, name="ticket"),
    path("do/print/", printing.print_out, name="print"),
    path("do/claim/", selling.claim, name="claim"),
    path("do/settle/", selling.settle, name="settle"),
    path("do/parked/", selling.parked, name="parked"),
    path("do/park/", selling.park, name="park"),
    path("do/recall/", selling.recall, name="recall"),
    path("do/shift/", shifting.shift, name="shift-now"),
    path("do/shift/open/", shifting.open_shift, name="shift-open"),
    path("do/shift/close/", shifting.close_shift, name="shift-close"),
    path("do/shift/hand-over/", relieving.hand_over, name="shift-hand-over"),
    path("do/cashier/", relieving.cashier, name="cashier"),
    path("do/cash/", shifting.cash, name="cash"),
    path("do/cash/dismiss/", shifting.dismiss_cash, name="cash-dismiss"),
]
