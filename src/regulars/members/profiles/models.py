"""Members and the identifiers by which they are found.

A name is plain, because people search it; phone and other numbers are sealed, found by keyed
digests. A member's id is the id of its holder in the ledger.
"""

from django.db import models

from regulars.foundation.ids import new_uuid

NAME_MAX = 120


def _prefix_index(name: str, column: str) -> models.Index:
    """An index that finds what starts with some letters, whatever the database's collation."""
    return models.Index(name=name, fields=[column], opclasses=["text_pattern_ops"])


class Member(models.Model):
    """A person who collects. The search columns are derived from the name (see `spelling`).

    Who was merged into another or erased is not active any more; the id stays for ever.
    """

    privacy = {
        "id": "pseudonym",
        "display_name": "pii",
        "name_key": "pii",
        "given_key": "pii",
        "pinyin": "pii",
        "given_pinyin": "pii",
        "initials": "pii",
        "joined_at": "none",
        "home_store": "none",
        "language": "none",
        "is_active": "none",
        "merged_into": "pseudonym",
        "erased_at": "none",
    }

    id = models.UUIDField(primary_key=True, default=new_uuid)
    display_name = models.TextField(blank=True)
    name_key = models.TextField(blank=True)
    given_key = models.TextField(blank=True)
    pinyin = models.TextField(blank=True)
    given_pinyin = models.TextField(blank=True)
    initials = models.TextField(blank=True)
    joined_at = models.DateTimeField()
    home_store = models.CharField(max_length=40, null=True)  # noqa: DJ001 - none is not a code
    language = models.CharField(max_length=8, default="zh-hans")
    is_active = models.BooleanField(default=True)
    merged_into = models.UUIDField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "members_member"
        indexes = [
            models.Index(
                name="member_name",
                fields=["name_key", "id"],
                opclasses=["text_pattern_ops", "uuid_ops"],
            ),
            _prefix_index("member_given", "given_key"),
            _prefix_index("member_pinyin", "pinyin"),
            _prefix_index("member_given_pinyin", "given_pinyin"),
            _prefix_index("member_initials", "initials"),
            models.Index(name="member_joined", fields=["joined_at", "id"]),
        ]


class Identifier(models.Model):
    """A number that leads to one member. The key is the keyed digest of kind and value.

    `last4_digest` is the keyed digest of kind and last four digits (null when it doesn't end in
    four digits). The value is sealed for this row only.
    """

    privacy = {
        "digest": "pseudonym",
        "kind": "none",
        "member_id": "pseudonym",
        "value_encrypted": "pii",
        "last4_digest": "pseudonym",
        "created_at": "none",
    }

    digest = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=16)
    member_id = models.UUIDField()
    value_encrypted = models.TextField()
    last4_digest = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "members_identifier"
        indexes = [
            models.Index(name="identifier_member", fields=["member_id"]),
            models.Index(name="identifier_last4", fields=["last4_digest"]),
        ]
