"""The log by who acted, and page by page in the order of time: what its list asks for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("foundation_audit", "0002_action")]

    operations = [
        migrations.RemoveIndex(model_name="auditrecord", name="audit_recorded"),
        migrations.AddIndex(
            model_name="auditrecord",
            index=models.Index(fields=["recorded_at", "id"], name="audit_recorded"),
        ),
        migrations.AddIndex(
            model_name="auditrecord",
            index=models.Index(fields=["actor", "recorded_at", "id"], name="audit_actor"),
        ),
    ]
