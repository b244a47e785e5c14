"""API keys. Only a digest of the secret is kept; the secret itself is shown once."""

from django.db import models

from regulars.foundation.ids import new_uuid


class ApiKey(models.Model):
    """A key of one program. `source` is the scope of its events' ids; keys of one source rotate.

    `secret_hash` is SHA-256 of 160 random bits: nothing slower is needed, and a request has no
    time for it.
    """

    privacy = {
        "id": "none",
        "prefix": "none",
        "secret_hash": "none",
        "name": "none",
        "source": "none",
        "scopes": "none",
        "created_at": "none",
        "expires_at": "none",
        "revoked_at": "none",
    }

    id = models.UUIDField(primary_key=True, default=new_uuid)
    prefix = models.CharField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)
    name = models.CharField(max_length=80)
    source = models.CharField(max_length=40)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "organization_api_key"
