"""Which packages are installed, and what each of them has put up."""

from django.db import models

from regulars.foundation.privacy import classed


class Installation(models.Model):
    """A package that was installed; `ended_at` is null as long as it runs.

    `version` is the package's own, of the last installing.
    """

    privacy = classed(pseudonym="installed_by", none="code version installed_at ended_at")

    code = models.CharField(max_length=40, primary_key=True)
    version = models.SmallIntegerField()
    installed_at = models.DateTimeField()
    installed_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "presets_installation"


class InstalledPart(models.Model):
    """A part as the package wrote it when it was put up: what a later version is compared with.

    `is_ours` is false for what the shop had already; ending the package leaves that alone.
    """

    privacy = classed(none="id installation section code content is_ours")

    id = models.AutoField(primary_key=True)
    installation = models.ForeignKey(Installation, on_delete=models.PROTECT, related_name="parts")
    section = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    content = models.JSONField()
    is_ours = models.BooleanField()

    class Meta:
        db_table = "presets_installed_part"
        constraints = [
            models.UniqueConstraint(
                name="installed_part", fields=["installation", "section", "code"]
            ),
        ]
