"""What the till's scripts say, in the reader's language. Names in braces are filled by them."""

from django.utils.translation import gettext as _


def texts() -> dict[str, str]:
    """The sentences of the page by their names."""
    return {**_state(), **_payment(), **_drawer(), **_people()}


def _state() -> dict[str, str]:
    """What the till says of itself and of the sale that is being made."""
    return {
        "online": _("Connected"),
        "offline": _("No server: sales go on"),
        "queue": _("{count} waiting to be sent"),
        "trouble": _("{count} to settle"),
        "noShift": _("No shift"),
        "shift": _("Shift {number}"),
        "line": _("Item {number}"),
        "remove": _("Remove"),
        "notMoney": _("“{text}” is no amount. Type digits, such as 12.50."),
        "notAnAmount": _("“{text}” is no amount and nobody is known by it."),
        "tooManyPlaces": _("At most {places} decimals in {currency}."),
        "wholeOnly": _("{currency} has no decimals."),
        "nobody": _("Nobody found. Enrol with this number?"),
        "nothing": _("Nobody is known by “{text}”. Try the phone number, or enrol the customer."),
        "waitingFor": _("Waiting for the server…"),
        "away": _("The server does not answer."),
        "awayFind": _(
            "The server does not answer. The number is kept with the sale; points follow."
        ),
        "awayEnrol": _(
            "Enrolling needs the server. Type the phone number here: it is kept with the sale."
        ),
        "awaySpend": _("Points can't be spent without the server: nobody knows how many are left."),
        "awayRefund": _("Refunds, cards and shifts need the server. Sales go on."),
        "awayNoDiscount": _("Without the server only who may give discounts can give one."),
        "awayDiscount": _(
            "Without the server at most {amount} can be given off: nobody can allow more."
        ),
        "named": _("Kept for later: {number}"),
        "clear": _("Clear this sale of {amount}?"),
        "clearIt": _("Clear"),
        "clearHint": _("Its items, discount and member are removed. Nothing was booked."),
        "emptySale": _("Nothing to pay yet: type an amount first."),
        "points": _("{points} {name} pay {amount}"),
        "pointsMost": _("At most {points} here"),
        "pointsStep": _("In steps of {step}"),
        "pointsMinimum": _("{points} are needed to pay with {name}"),
        "wouldEarn": _("This sale earns {amounts}"),
        "wouldHaveEarned": _("As a member this basket would earn {amounts}"),
        "change": _("Change due"),
        "missing": _("{amount} are still missing"),
        "tooMuch": _("{amount} too much"),
        "sold": _("Sold"),
        "soldOffline": _("Sold, and kept to be sent"),
        "soldOfflineHint": _(
            "The server is away. The receipt is sent by itself when it is back, once."
        ),
        "unsure": _(
            "The server did not answer in time. The sale is kept and sent again under the same "
            "number; it counts once."
        ),
        "claimed": _("Given to the member"),
        "refunded": _("Given back"),
        "voided": _("Voided"),
    }


def _payment() -> dict[str, str]:
    """What is said around payment, receipts and parked sales."""
    return {
        "earnedNothing": _("No points moved."),
        "after": _("{name} after this receipt"),
        "why": _("Why"),
        "receipt": _("Receipt {number}"),
        "printing": _("Sending it to the printer…"),
        "printed": _("Sent to the printer {printer}."),
        "left": _("{amount} can still be given back"),
        "nothingLeft": _("Nothing is left to give back"),
        "isVoid": _("Voided"),
        "giveBack": _("Give back {amount}"),
        "voidIt": _("Void, give back {amount}"),
        "parkedNow": _("Parked: {amount}"),
        "parkNamed": _(
            "Nobody is known by {number}. Enrol the customer or remove the number, then park."
        ),
        "memberLater": _("Member, shown when the server is back"),
        "noParked": _("No parked sales"),
        "items": _("Items: {count}"),
        "ofMember": _("with a member"),
        "recalled": _("Recalled"),
        "parkedHere": _("parked without the server"),
        "isMember": _("Was a member already"),
        "enrolled": _("Welcome, {name}"),
        "enrolledWith": _("Welcome, {name}. For joining: {gifts}"),
        "forJoining": _("For joining: {gifts}"),
        "consentNeeded": _("necessary"),
        "consentFree": _("as you like"),
        "consentRead": _("Read the text"),
        "birthday": _("Birthday today"),
        "lastVisit": _("Last visit {day}"),
        "firstVisit": _("First visit"),
        "frozen": _("Frozen: nothing can be earned or spent"),
        "debt": _("owes {amount}"),
        "noCards": _("No card"),
        "cardBound": _("in use"),
        "cardLost": _("lost"),
        "lostQuestion": _("Report card {card} lost?"),
        "lostHint": _("From now on it refuses everything. Points and level stay with the member."),
        "lostDone": _("Card {card} refuses everything now"),
        "replaced": _("The new card is in use; the old one is dead"),
        "given": _("The card is in use"),
        "unsureRefund": _(
            "The server did not answer, so nobody knows yet whether this was given back. Press "
            "again: it is given back once. Until then it stands under “to settle”."
        ),
    }


def _drawer() -> dict[str, str]:
    """What is said of shifts and of the cash in the drawer."""
    return {
        "opened": _("Shift opened with {amount}"),
        "closed": _("Shift closed"),
        "expected": _("Expected"),
        "counted": _("Counted"),
        "difference": _("Difference"),
        "blind": _("Count first: what is expected is shown when the shift is closed."),
        "cashMoved": _("Cash put in {in}, taken out {out}"),
        "cashIn": _("Put into the drawer: {amount}"),
        "cashOut": _("Taken out of the drawer: {amount}"),
        "unsureCash": _(
            "The server did not answer, so nobody knows yet whether {amount} was written down. It "
            "is sent again by itself and counts once: don’t type it again."
        ),
        "cashRefused": _("{amount} of cash was not written down: {reason}"),
        "unsureHanding": _(
            "The server did not answer, so nobody knows yet whether the shift was handed over. "
            "Press again: it is handed over once."
        ),
        "handedPerhaps": _(
            "Shift {number} was being handed over to {name} when the answer got lost, and nobody "
            "is signed in any more. If {name} types the PIN, the till learns what became of it."
        ),
        "pinOf": _("PIN of {name}"),
        "wasHanded": _("Shift {number} was handed over to {name}; shift {next} is open."),
        "notHanded": _(
            "Shift {number} was not handed over to {name}: it is still open. Count and hand it "
            "over again."
        ),
        "cashWaits": _("{amount} of cash waits here to be written down: {reason}"),
        "cashRefusedHere": _(
            "Cash in or out was refused here. Settle it first; else the count may differ by it."
        ),
        "stumbledCash": _("the server fails over this. Tell whoever runs it, then send it again."),
        "dismiss": _("Dismiss…"),
        "cashFirst": _("Cash in or out waits to be sent. Close the shift when it has arrived."),
        "parkedCount": _("Parked sales: {count}"),
        "troubleCount": _("To settle: {count}"),
    }


def _people() -> dict[str, str]:
    """What is said of members, cards and shifts."""
    return {
        "queueFirst": _("{count} sales wait to be sent. Close the shift when they have arrived."),
        "refusedHere": _(
            "{count} sales here were refused. Settle them first; else they count in the shift in "
            "which they arrive."
        ),
        "stumbled": _(
            "the server fails over this sale. Tell whoever runs it, then send the sale again."
        ),
        "sumUp": _("Sales: {count}, {amount}"),
        "queueEmpty": _("Everything has been sent."),
        "waiting": _("waiting"),
        "waitsFor": _("waiting: {reason}"),
        "toSettle": _("to settle"),
        "refusedSale": _("refused: {reason}"),
        "settleWith": _("Choose the member"),
        "settled": _("Settled"),
        "sendAgain": _("Send again"),
        "newNumber": _("Send under a new number"),
        "formerNumber": _("formerly {number}"),
        "shiftOfFormer": _(
            "Shift {shift} of this till’s former number {number} is still open. Close the shift of "
            "now and reload this page: then that one is counted."
        ),
        "withoutMember": _("Send without a member"),
        "noSecure": _(
            "This address has no https: the page can't be kept for when the server is away. Use "
            "https, or localhost on the till itself."
        ),
        "signIn": _("Sign in again to send what waits."),
        "storage": _("This browser keeps nothing for this page. Allow storage for it."),
        "ready": _("Ready"),
        "reasonNeeded": _("Say why."),
        "rounded": _("Rounded off {amount}"),
        "discounted": _("Discount {amount}"),
        "today": _("Newest receipts"),
        "noTickets": _("No receipts yet"),
        "total": _("Total"),
        "noCashier": _(
            "Nobody else can take over here: a colleague sets a PIN first, on the console’s page "
            "“Your PIN”."
        ),
        "tookOver": _("{name} is at the till now"),
        "nobodyNext": _("Nobody: only close the shift"),
        "noManager": _(
            "Nobody can allow this here: a manager sets a PIN first, on the console’s page “Your "
            "PIN”."
        ),
    }
