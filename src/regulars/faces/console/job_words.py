"""Every background job in plain words, as the page of jobs lists it.

A test finds each job that any room declares and fails when it has no words here.
"""

from django.utils.translation import gettext_lazy as _

from regulars.foundation.webkit.screens import Text

JOBS: dict[str, Text] = {
    "approvals.finish": _("Let approvals lapse that nobody decided"),
    "counter.parked_forget": _("Clear old parked sales away"),
    "file_import.check": _("Check a file for import"),
    "file_import.forget": _("Delete imported files that are no longer needed"),
    "file_import.run": _("Import a file"),
    "file_import.undo": _("Undo an import"),
    "idempotency.forget": _("Clear old answers to requests away"),
    "jobs.forget": _("Clear finished jobs away"),
    "jobs.sweep": _("Take up jobs whose process died"),
    "ledger.expire": _("Expire points whose last day has passed"),
    "ledger.measure_expiring": _("Count the points that expire soon"),
    "ledger.seal": _("Seal the ledger"),
    "ledger.sum_days": _("Sum up the movements of each day"),
    "members.codes_forget": _("Clear used member codes away"),
    "members.sign_in_code_send": _("Send a one-time code"),
    "members.sign_in_forget": _("Clear old one-time codes away"),
    "members.tally": _("Count levels, tags and groups"),
    "members.tally_one": _("Count tags after many members were changed"),
    "membership.measure": _("Count active and dormant members"),
    "outbox.deliver": _("Hand on notices"),
    "purchases.close_days": _("Sum up the sales of each day"),
    "segments.fill": _("Fill new segments"),
    "segments.refresh": _("Refresh segments"),
    "sessions.forget": _("Clear ended sign-ins away"),
    "tags.forget": _("Delete tags that have ended"),
    "tiers.settle": _("Settle levels"),
    "trading.measure_open_days": _("Add up the sales of today"),
    "tries.forget": _("Clear old failed tries away"),
    "webhooks.forget": _("Clear old deliveries of webhooks away"),
    "webhooks.send": _("Send webhooks"),
    "works.do": _("Do what staff started"),
    "works.forget": _("Delete files of old jobs"),
}

# Who acts as a job and is none of the queue, and the nightly and hourly ones as one speaks of them.
ACTORS: dict[str, Text] = {
    "bench": _("a measurement"),
    "cli": _("the command line"),
    "demo": _("the demonstration"),
    "file-import": _("an import of a file"),
    "import": _("an import of history"),
    "ledger.expire": _("the expiry of points"),
    "restore": _("the restore of a backup"),
    "segments.refresh": _("the hourly refresh of segments"),
    "tiers.settle": _("the nightly run of levels"),
}
