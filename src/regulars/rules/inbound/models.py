"""Connected web shops, and what was decided about each of their messages."""

from django.db import models

from regulars.foundation.ids import new_uuid
from regulars.foundation.privacy import classed


class Connection(models.Model):
    """A web shop. Its secret is sealed; `source` is the scope of its event ids.

    `secret_before_sealed` is the secret before a rotation, empty when there was none; it goes on
    for a day after `rotated_at`.
    """

    privacy = classed(
        none="id name shape source store unknown secret_sealed secret_before_sealed rotated_at "
        "is_active created_at"
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    name = models.CharField(max_length=80)
    shape = models.CharField(max_length=16)
    source = models.CharField(max_length=40, unique=True)
    store = models.CharField(max_length=40, blank=True)
    unknown = models.CharField(max_length=16)
    secret_sealed = models.TextField()
    secret_before_sealed = models.TextField(default="", blank=True)
    rotated_at = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "rules_inbound_connection"


class Decision(models.Model):
    """Whose an applied message was and when it happened: a repetition says the same again.

    A buyer may become a member, and a web shop may date a refund anew, between two tries.
    """

    privacy = classed(none="id connection event_id occurred_at", pseudonym="member")

    id = models.UUIDField(primary_key=True, default=new_uuid)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT)
    event_id = models.CharField(max_length=128)
    member = models.CharField(max_length=40, blank=True)
    occurred_at = models.DateTimeField()

    class Meta:
        db_table = "rules_inbound_decision"
        constraints = [
            models.UniqueConstraint("connection", "event_id", name="inbound_decided_once"),
        ]
