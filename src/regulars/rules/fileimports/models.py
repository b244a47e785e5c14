"""Imports of files: what was asked, what each chunk of rows brought, whom it touched."""

from django.db import models
from django.db.models import Q

from regulars.foundation.ids import new_uuid
from regulars.foundation.privacy import classed

STATES = ("added", "checked", "running", "finished", "undoing", "undone", "discarded")
OVER = ("undone", "discarded")


class FileImport(models.Model):
    """One file on its way in. A file (by `digest`) is there once, until it is undone or discarded.

    `columns` leads from fields to headings, `values` for some fields from what the file says to
    what it becomes; `expected` holds the old system's totals by name, in
    whole units; `offsets` says where each chunk of rows begins in the kept file; `checked` is the
    report of the last dry run, and `twice` the rows that name somebody who was named before.
    """

    privacy = classed(
        pseudonym="id created_by",
        none="file_name digest kind state columns values headings offsets row_count "
        "file_totals expected as_of checked twice created_at started_at saved_at finished_at",
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=12, default="added")
    columns = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    headings = models.JSONField(default=list)
    offsets = models.JSONField(default=list)
    row_count = models.BigIntegerField()
    file_totals = models.JSONField(default=list)
    expected = models.JSONField(default=dict)
    as_of = models.DateField()
    checked = models.JSONField(default=dict)
    twice = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    started_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "rules_file_import"
        indexes = [models.Index(name="file_import_made", fields=["created_at"])]
        constraints = [
            models.CheckConstraint(name="file_import_state", condition=Q(state__in=STATES)),
            models.UniqueConstraint(
                name="file_import_once", fields=["digest"], condition=~Q(state__in=OVER)
            ),
        ]


class FileImportChunk(models.Model):
    """A chunk of rows that is in, whole: written with its effects, so that each counts once."""

    privacy = classed(pseudonym="file_import", none="number counts done_at")

    pk = models.CompositePrimaryKey("file_import_id", "number")
    file_import = models.ForeignKey(FileImport, on_delete=models.CASCADE, related_name="chunks")
    number = models.IntegerField()
    counts = models.JSONField(default=dict)
    done_at = models.DateTimeField()

    class Meta:
        db_table = "rules_file_import_chunk"


class FileImportRow(models.Model):
    """Whom a row touched and by which entry: what an undoing takes back.

    `is_new` says that the row made the member; `document` is the number of a sale.
    """

    privacy = classed(
        pseudonym="file_import holder_id entry_id document", none="row is_new is_undone"
    )

    pk = models.CompositePrimaryKey("file_import_id", "row")
    file_import = models.ForeignKey(FileImport, on_delete=models.CASCADE, related_name="rows")
    row = models.BigIntegerField()
    holder_id = models.UUIDField()
    entry_id = models.UUIDField(null=True)
    document = models.CharField(max_length=128, blank=True)
    is_new = models.BooleanField()
    is_undone = models.BooleanField(default=False)

    class Meta:
        db_table = "rules_file_import_row"
        constraints = [
            # A second row of the same member never gets this far; two processes may still meet.
            models.UniqueConstraint(
                name="file_import_member_once",
                fields=["file_import", "holder_id"],
                condition=Q(document=""),
            ),
        ]


class FileImportRejection(models.Model):
    """A row that was not taken: why, and its cells, sealed, so that it can be put right."""

    privacy = classed(pii="cells_encrypted", pseudonym="id file_import", none="row code text")

    id = models.UUIDField(primary_key=True, default=new_uuid)
    file_import = models.ForeignKey(FileImport, on_delete=models.CASCADE, related_name="rejected")
    row = models.BigIntegerField()
    code = models.CharField(max_length=48)
    text = models.JSONField()
    cells_encrypted = models.TextField()

    class Meta:
        db_table = "rules_file_import_rejection"
        constraints = [
            models.UniqueConstraint(name="file_import_rejected_once", fields=["file_import", "row"])
        ]


class ColumnMapping(models.Model):
    """Which heading and which value means what, kept by name for the next file of the system."""

    privacy = classed(none="id name kind columns values saved_at")

    id = models.AutoField(primary_key=True)
    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=12)
    columns = models.JSONField()
    values = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        db_table = "rules_file_import_mapping"
