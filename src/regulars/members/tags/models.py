"""Tags and who carries them."""

from django.db import models

from regulars.foundation.privacy import classed


class Tag(models.Model):
    """A mark that may be set on members. `code` is what conditions name; it never changes."""

    privacy = classed(none="id code name created_at")

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)
    name = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "members_tag"


class TagOnMember(models.Model):
    """A tag on a member, once for each source, so that a rule never takes what a person set.

    `source` is `manual` or `segment:<code>`. `expires_at` is the instant after its last day
    (null: never); an expired tag counts nowhere.
    """

    privacy = classed(
        pii="reason", pseudonym="holder_id actor", none="tag_id source set_at expires_at"
    )

    pk = models.CompositePrimaryKey("holder_id", "tag_id", "source")
    holder_id = models.UUIDField()
    tag_id = models.SmallIntegerField()
    source = models.CharField(max_length=48)
    reason = models.TextField(blank=True)
    actor = models.CharField(max_length=80)
    set_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "members_member_tag"
        indexes = [
            models.Index(
                name="member_tag_carried", fields=["tag_id", "holder_id", "source", "expires_at"]
            ),
            models.Index(
                name="member_tag_ends",
                fields=["expires_at"],
                condition=models.Q(expires_at__isnull=False),
            ),
        ]
