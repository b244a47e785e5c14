"""Works and the files they leave behind."""

from django.db import models
from django.db.models import Q

from regulars.foundation.ids import new_uuid
from regulars.foundation.privacy import classed


class Work(models.Model):
    """One piece of long work. `arguments` are what its kind needs to do it (ids and codes only).

    `cursor` is how far it has come, in its kind's own terms; with it a broken worker's successor
    goes on. `refused` counts what was refused one by one, `note` the last refusal's code.
    """

    privacy = classed(
        pseudonym="created_by arguments cursor",
        none="id kind screen state done total refused note created_at finished_at file_name",
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    kind = models.CharField(max_length=40)
    screen = models.CharField(max_length=40)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=8, default="waiting")
    cursor = models.TextField(blank=True)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    note = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    finished_at = models.DateTimeField(null=True)
    file_name = models.CharField(max_length=80, blank=True)

    class Meta:
        db_table = "work"
        indexes = [models.Index(name="work_screen", fields=["screen", "created_at"])]
        constraints = [
            models.CheckConstraint(
                name="work_state",
                condition=Q(state__in=["waiting", "running", "done", "failed", "stopped"]),
            ),
        ]


class WorkFile(models.Model):
    """A piece of the file that a work leaves; deleted a week later, or when a member is erased."""

    privacy = classed(pii="content", none="id work number")

    id = models.UUIDField(primary_key=True, default=new_uuid)
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="pieces")
    number = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        db_table = "work_file"
        constraints = [
            models.UniqueConstraint(name="work_file_piece", fields=["work", "number"]),
        ]
