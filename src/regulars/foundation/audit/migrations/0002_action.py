"""When an action was last done, found at once: the console's health line asks at every look."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("foundation_audit", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="auditrecord",
            index=models.Index(fields=["action", "recorded_at"], name="audit_action"),
        ),
    ]
