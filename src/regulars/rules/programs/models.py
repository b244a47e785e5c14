"""Programs and their versions. A published version can't be changed by anyone, us included."""

from django.db import models

from regulars.foundation.ids import new_uuid


class Program(models.Model):
    """One promise of the merchant. `code` is what receipts name; the name is the newest's."""

    privacy = {"id": "none", "code": "none", "name": "none", "created_at": "none"}

    id = models.SmallAutoField(primary_key=True)
    code = models.SlugField(max_length=40, unique=True)
    name = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "rules_program"

    def __str__(self) -> str:
        return self.code


class ProgramDraft(models.Model):
    """What the next version will say; one for each program, replaced as often as one likes.

    `revision` counts the savings, so that two people don't overwrite each other unseen.
    """

    privacy = {
        "id": "none",
        "program": "none",
        "content": "none",
        "revision": "none",
        "saved_at": "none",
        "saved_by": "pseudonym",
    }

    id = models.UUIDField(primary_key=True, default=new_uuid)
    program = models.OneToOneField(Program, on_delete=models.CASCADE, related_name="draft")
    content = models.JSONField()
    revision = models.IntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=80)

    class Meta:
        db_table = "rules_program_draft"


class ProgramVersion(models.Model):
    """A published version: added once, never changed. `digest` is BLAKE2b of its canonical JSON.

    It holds from `valid_from` up to, but not including, `valid_until` (null: without an end) or
    its ending, whichever is earlier. Of several that hold, the highest version counts.
    """

    append_only = True
    privacy = {
        "id": "none",
        "program": "none",
        "version": "none",
        "content": "none",
        "digest": "none",
        "valid_from": "none",
        "valid_until": "none",
        "published_at": "none",
        "published_by": "pseudonym",
    }

    id = models.UUIDField(primary_key=True, default=new_uuid)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="versions")
    version = models.IntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=80)

    class Meta:
        db_table = "rules_program_version"
        constraints = [
            models.UniqueConstraint(name="program_version", fields=["program", "version"]),
            models.CheckConstraint(
                name="program_validity",
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gt=models.F("valid_from")),
            ),
        ]


class ProgramEnding(models.Model):
    """A version was ended early: it holds no longer from its earliest `ended_at` on."""

    append_only = True
    privacy = {
        "id": "none",
        "version": "none",
        "ended_at": "none",
        "recorded_at": "none",
        "recorded_by": "pseudonym",
    }

    id = models.UUIDField(primary_key=True, default=new_uuid)
    version = models.ForeignKey(ProgramVersion, on_delete=models.PROTECT, related_name="endings")
    ended_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

    class Meta:
        db_table = "rules_program_ending"
