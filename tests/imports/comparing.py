"""The two sides of the comparison: what Regulars booked, and what was to come of it."""

from pathlib import Path
from types import SimpleNamespace

from django.conf import settings

from regulars.foundation.actors import job
from regulars.foundation.database.session import unit_of_work
from regulars.ledger.book.services import assets_forgotten
from regulars.members.profiles.selectors import identifier_digest, resolve_statement
from regulars.organization.stores.services import stores_forgotten
from regulars.rules.imports.datasets import DATASETS
from regulars.rules.imports.happenings import happenings, member_code
from regulars.rules.imports.reading import YearFile
from regulars.rules.imports.services import (
    batch_noted,
    import_asked,
    import_begin,
    import_expire,
    import_finish,
    part_run,
)
from regulars.rules.intake.types import RedemptionDocument
from regulars.rules.programs.services import programs_forgotten
from tests.imports.independent import Extra

DATASET = "completejourney"
SEED = 2017
LI = job("import")

MONTHS = """
    SELECT to_char(business_date, 'YYYY-MM'), count(*), sum(net_minor)::bigint
    FROM rules_purchase GROUP BY 1 ORDER BY 1
"""
ACCOUNTS = "SELECT holder_id, balance, debt FROM ledger_account"
MOVED = """
    SELECT e.kind, p.credit, p.counter, sum(p.amount)::bigint
    FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id GROUP BY 1, 2, 3
"""
ROWS = """
    SELECT 'events', count(*) FROM rules_event UNION ALL
    SELECT 'keys', count(*) FROM rules_event_key UNION ALL
    SELECT 'purchases', count(*) FROM rules_purchase UNION ALL
    SELECT 'redemptions', count(*) FROM rules_redemption UNION ALL
    SELECT 'waiting', count(*) FROM rules_waiting_refund UNION ALL
    SELECT 'entries', count(*) FROM ledger_entry UNION ALL
    SELECT 'postings', count(*) FROM ledger_posting UNION ALL
    SELECT 'lots', count(*) FROM ledger_lot UNION ALL
    SELECT 'uses', count(*) FROM ledger_lot_use UNION ALL
    SELECT 'notices', count(*) FROM outbox_notice UNION ALL
    SELECT 'members', count(*) FROM members_member UNION ALL
    SELECT 'stores', count(*) FROM organization_store
"""


def everything_forgotten():
    """What a process remembers of another test's shop."""
    assets_forgotten()
    programs_forgotten()
    stores_forgotten()


def imported(folder: Path, *, limit=None, seed=SEED, batch_size=200, resume=False, prepared=None):
    """Imports in this process, in one part; answers the run.

    `prepared` is called when stores and members are there and nothing is booked yet.
    """
    asked = import_asked(
        dataset=DATASET, folder=folder, limit=limit, seed=seed, batch_size=batch_size
    )
    plan = import_begin(actor=LI, asked=asked, resume=resume)
    if prepared is not None:
        prepared()
    part_run(plan, 0, lambda report: batch_noted(run_id=plan.run_id, report=report))
    return import_finish(actor=LI, run_id=plan.run_id)


def given(folder: Path, *, limit=None, seed=SEED):
    """What the import is given besides the file, as plain facts, and which baskets it takes."""
    source = YearFile(folder, DATASETS[DATASET], limit)
    found = happenings(source.baskets(), currency=settings.REGULARS.currency, seed=seed)
    extras, arrivals = [], {}
    for each in found:
        item = each.item
        common = (each.document, each.arrives_at, each.place[1])
        if isinstance(item, RedemptionDocument):
            extras.append(Extra("pay", *common, points=item.points, at=item.occurred_at))
        elif item.kind == "order.paid":
            arrivals[each.document] = each.arrives_at
        elif item.refund is None:
            extras.append(Extra("cancel", *common, at=item.occurred_at))
        else:
            lines = {line.line: line.net_minor for line in item.refund.lines}
            net = item.refund.net_minor
            extras.append(Extra("refund", *common, net=net, lines=lines, at=item.occurred_at))
    return SimpleNamespace(extras=extras, arrivals=arrivals, documents=set(arrivals))


def booked(households):
    """What stands in the books: months, (balance, debt) by household, totals by kind."""
    digests = {identifier_digest("external_id", member_code(str(n))): n for n in households}
    with unit_of_work() as unit:
        months = {month: (tickets, net) for month, tickets, net in unit.fetch(MONTHS)}
        members = unit.flight([resolve_statement(list(digests))])[0]
        number_of = {holder_id: digests[digest] for digest, holder_id in members}
        accounts = {
            number_of[holder_id]: (balance, debt)
            for holder_id, balance, debt in unit.fetch(ACCOUNTS)
        }
        moved = {(kind, credit, counter): n for kind, credit, counter, n in unit.fetch(MOVED)}
    return SimpleNamespace(months=months, accounts=accounts, moved=moved)


def rows_counted():
    """How many rows there are of everything that events leave behind."""
    with unit_of_work() as unit:
        return dict(unit.fetch(ROWS))


def expired():
    """Runs the expiry of the stated day."""
    return import_expire(dataset=DATASET)
