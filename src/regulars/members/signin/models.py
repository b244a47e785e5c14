"""Codes that were asked for, sessions that are open, and the shop's words for the phone."""

from django.db import models

from regulars.foundation.ids import new_uuid
from regulars.foundation.privacy import classed


class SignInCode(models.Model):
    """One asking for a code. Row by row they are counted against the limits, for a day.

    `code_digest` is keyed and bound to this row. The number and the code are sealed for this row:
    the code is emptied once it was sent, the number once it served.
    """

    privacy = classed(
        pii="phone_encrypted code_encrypted",
        pseudonym="id phone_digest address_digest code_digest",
        none="tries language created_at expires_at ended_at proved_at",
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    phone_digest = models.UUIDField()
    address_digest = models.UUIDField()
    phone_encrypted = models.TextField(blank=True)
    code_encrypted = models.TextField(blank=True)
    code_digest = models.UUIDField()
    tries = models.SmallIntegerField(default=0)
    language = models.CharField(max_length=8)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    proved_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "members_signin_code"
        indexes = [
            models.Index(name="signin_code_created", fields=["created_at"]),
            models.Index(name="signin_code_phone", fields=["phone_digest", "created_at"]),
            models.Index(name="signin_code_address", fields=["address_digest", "created_at"]),
        ]


class SignInSession(models.Model):
    """A device on which a member is signed in. The key is the keyed digest of its secret.

    `number_digest` is the number by which she came in: once it is not hers any more, the session
    is over. Ending a session removes the row; the audit trail remembers it.
    """

    privacy = classed(
        pii="device",
        pseudonym="digest id member_id number_digest",
        none="created_at seen_at",
    )

    digest = models.UUIDField(primary_key=True)
    id = models.UUIDField(default=new_uuid)
    member_id = models.UUIDField()
    number_digest = models.UUIDField()
    device = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "members_signin_session"
        indexes = [
            models.Index(name="signin_session_member", fields=["member_id"]),
            models.Index(name="signin_session_seen", fields=["seen_at"]),
        ]


class PhoneSetting(models.Model):
    """The shop's words for its members' phones: one row."""

    privacy = classed(
        none="id help_text contact_phone may_join home_store changed_at",
    )

    id = models.SmallIntegerField(primary_key=True)
    help_text = models.JSONField(default=dict)
    contact_phone = models.CharField(max_length=40, blank=True)
    may_join = models.BooleanField(default=True)
    home_store = models.CharField(max_length=40, null=True)  # noqa: DJ001 - none is not a code
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "members_phone_setting"
