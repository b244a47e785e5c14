"""Every block on pages of its own, as a room would declare them; the tests look at these pages."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path

from regulars.foundation.errors import InvalidInput
from regulars.foundation.webkit.blocks import (
    Action,
    Badge,
    Card,
    Columns,
    Fact,
    Facts,
    Figures,
    Head,
    Words,
    blocks_page,
)
from regulars.foundation.webkit.charts import Bar, ChartCard, chart_drawn
from regulars.foundation.webkit.confirming import Confirmation, confirmation_page, is_confirmed
from regulars.foundation.webkit.details import Part, detail_page, log_part
from regulars.foundation.webkit.filters import Filter, filter_bar, filters_chosen
from regulars.foundation.webkit.forms import Asked, Form, form_answered, form_filled
from regulars.foundation.webkit.progress import Progress, progress_page
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table
from regulars.foundation.webkit.tabs import Tab
from regulars.foundation.webkit.timelines import Moment, Reason, Timeline
from regulars.foundation.webkit.wizards import Step, Wizard, wizard_page

OWNED = (("own", "directly owned"), ("franchise", "franchise"))
FORM = Form(
    deed="open",
    title="New store",
    button="Open the store",
    lead="A till names its store with every sale.",
    places={"invalid_input": "code"},
    back="/gallery/",
    fields=(
        Asked("code", "Code", maximum=8, hint="Small letters and digits, such as s1."),
        Asked("name", "Name", kind="texts"),
        Asked("kind", "Ownership", options=OWNED, kind="radio"),
        Asked("group", "Group", options=(("", "none"), ("east", "East")), required=False),
        Asked("scopes", "May", options=(("read", "read"), ("write", "write")), many=True),
        Asked("limit", "Limit", kind="amount", unit="CNY", lowest=1, initial=12_50),
        Asked("days", "Valid for", kind="number", unit="days", lowest=1, highest=366),
        Asked("opens", "Opens on", kind="date", required=False),
        Asked("note", "Note", kind="long", maximum=500, required=False),
        Asked("password", "Password", kind="secret", required=False),
        Asked("is_main", "The main store", kind="switch"),
        Asked("logo", "Logo", kind="file", required=False),
    ),
)
FILTERS = (
    Filter("store", "Store", options=(("s1", "First"), ("s2", "Second"))),
    Filter("name", "Name", kind="text"),
    Filter("joined", "Joined", kind="days"),
)
DONE: list[dict[str, object]] = []


def table(rows: int = 3) -> Table:
    return Table(
        columns=(Column("Store"), Column("State"), Column("Sales", numeric=True)),
        rows=tuple(
            (Cell(f"Store {number}"), Cell("open", tone="good"), Cell(f"{number},000"))
            for number in range(1, rows + 1)
        ),
        empty=Empty("No stores yet", "Open the first one.", "/gallery/form/", "Open a store"),
    )


def everything(request: HttpRequest) -> HttpResponse:
    """Cards, figures, filters, chart, timeline, an empty list."""
    chosen = filters_chosen(request, FILTERS)
    bars = [Bar(f"{day} Mar", f"{day} March", day * 100, day * 40) for day in range(1, 15)]
    confirm = Action("Close it", "/gallery/confirm/", look="danger", in_dialog=True)
    facts = Facts((Fact("Code", "s1", code=True), Fact("Members", "1,204", note="12 new")))
    moments = (
        Moment(
            "Purchase",
            datetime(2025, 3, 8, 4, tzinfo=UTC),
            way="in",
            amounts=("+120 beans",),
            meta=("R-1",),
            reasons=(Reason("1 bean per ¥1"), Reason("Not a Monday", fired=False, rule="Mondays")),
        ),
        Moment("Redeemed", datetime(2025, 3, 7, 4, tzinfo=UTC), way="out", amounts=("−100 beans",)),
    )
    return blocks_page(
        request,
        Head("Blocks", "What a page is made of.", 3, (Badge("draft", "warn"),), (confirm,)),
        [
            Figures(
                (Fact("Sales", "¥12,000.00", note="last week ¥9,000.00"), Fact("Tickets", "3"))
            ),
            filter_bar(FILTERS, chosen, {"sort": "name"}),
            Columns(
                (Card("Stores", (table(),), actions=(confirm,), flush=True),),
                (Card("Facts", (facts, Words("Good to know.", "info"))),),
            ),
            ChartCard(
                title="Sales",
                chart=chart_drawn(bars, str),
                table=table(14),
                table_title="Day by day",
                empty=Empty("No sales"),
                part="Members",
                rest="Walk-in",
            ),
            Card("Timeline", (Timeline(moments, Empty("Nothing yet")),), flush=True),
            Card("Nothing", (table(0),), flush=True),
        ],
    )


def form(request: HttpRequest) -> HttpResponse:
    """A form with fields of all kinds."""

    def deed(values: dict[str, object]) -> None:
        if values["code"] == "s1":
            raise InvalidInput(field="code", problem="taken")
        DONE.append(values)

    drawn = form_filled(FORM)
    if request.method == "POST":
        again = form_answered(request, FORM, deed)
        if again is None:
            return redirect("/gallery/")
        drawn = again
    return blocks_page(request, Head("Form"), [drawn], status=drawn.status)


def detail(request: HttpRequest) -> HttpResponse:
    """The page of one store with a tab and a log."""
    head = Head("Store 1", badges=(Badge("open", "good"),), back=Action("Stores", "/gallery/"))
    return detail_page(
        request,
        head,
        [
            Part(Tab("sales", "Sales", 3), lambda: [Card("", (table(),), flush=True)]),
            log_part(request, "s1", acts={"store.created": "Opened"}),
        ],
        facts=Facts((Fact("Code", "s1", code=True),)),
    )


def confirm(request: HttpRequest) -> HttpResponse:
    """The end of a store."""
    asked = Confirmation(
        title="Close the store for ever?",
        consequences=(Fact("Members who joined there", "1,204"), Fact("Points", "88,000")),
        button="Close for ever",
        back="/gallery/",
        warning="This can't be undone.",
        typed="s1",
        carried=(("key", "k-1"),),
    )
    if request.method == "POST":
        if is_confirmed(request, asked):
            DONE.append({"closed": request.POST["key"]})
            return redirect("/gallery/")
        return confirmation_page(request, asked, status=422)
    return confirmation_page(request, asked)


def work(request: HttpRequest) -> HttpResponse:
    """Long work, half done."""
    running = Progress("Tagging members", "/gallery/work/", "running", 499, 998, "About a minute.")
    return progress_page(request, Head("Work"), running)


def _finished(request: HttpRequest, answers: dict[str, dict[str, object]]) -> HttpResponse:
    DONE.append(dict(answers))
    return redirect("/gallery/")


WIZARD = Wizard(
    name="start",
    title="Open a shop",
    lead="Three questions.",
    steps=(
        Step("name", "Name", lambda _answers: Form(
            "next", "What is it called?", "Next", (Asked("name", "Name"),))),
        Step("day", "Day", lambda answers: Form(
            "next", f"When does {answers['name']['name']} open?", "Next",
            (Asked("day", "Day", kind="date"),))),
        Step("password", "Password", lambda _answers: Form(
            "next", "Password", "Open", (Asked("secret", "Password", kind="secret"),)),
            beside=lambda answers: [Card("So far", (Words(answers["day"]["day"]),))]),
    ),
    finish=_finished,
)  # fmt: skip


def wizard(request: HttpRequest) -> HttpResponse:
    """Three steps."""
    return wizard_page(request, WIZARD)


urlpatterns = [
    path("gallery/", everything),
    path("gallery/form/", form),
    path("gallery/detail/", detail),
    path("gallery/confirm/", confirm),
    path("gallery/work/", work),
    path("gallery/wizard/", wizard),
    path("", include("regulars.urls")),
]
