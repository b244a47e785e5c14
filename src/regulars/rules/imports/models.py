"""Runs of imports and the rows they could not take."""

from django.db import models

from regulars.foundation.ids import new_uuid


class ImportRun(models.Model):
    """One file, or one part of it, on its way through the intake.

    `digest` is of the file and of everything that decides what is made of it. `positions` holds,
    for each part that runs side by side, how many batches are done: it saves time when a run goes
    on, and nothing else, because the keys of the events make each count once. `counts` is what
    the done batches brought, saved together with the positions.
    """

    privacy = {
        "id": "none",
        "dataset": "none",
        "digest": "none",
        "state": "none",
        "positions": "none",
        "counts": "none",
        "started_at": "none",
        "saved_at": "none",
        "started_by": "pseudonym",
    }

    id = models.UUIDField(primary_key=True, default=new_uuid)
    dataset = models.SlugField(max_length=40)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12, default="running")
    positions = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    started_by = models.CharField(max_length=80)

    class Meta:
        db_table = "rules_import_run"
        indexes = [models.Index(name="import_run_digest", fields=["digest", "started_at"])]
        constraints = [
            models.CheckConstraint(
                name="import_run_state",
                condition=models.Q(state__in=["running", "finished"]),
            ),
        ]


class RejectedRow(models.Model):
    """A row that was not booked: where it stands, why, and what to do, in both languages.

    `row` counts the file's rows from 1; 0 is an item that no row stands for. `key` tells several
    items of one row apart.
    """

    privacy = {
        "id": "none",
        "run": "none",
        "row": "none",
        "key": "pseudonym",
        "code": "none",
        "text": "pseudonym",
    }

    id = models.UUIDField(primary_key=True, default=new_uuid)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rejected")
    row = models.BigIntegerField()
    key = models.CharField(max_length=128)
    code = models.CharField(max_length=48)
    text = models.JSONField()

    class Meta:
        db_table = "rules_import_rejected_row"
        constraints = [
            models.UniqueConstraint(name="import_rejected_once", fields=["run", "row", "key"]),
        ]
