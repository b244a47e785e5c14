"""What is left of a counter and too little for anybody, in place of whether nothing is left."""

from django.db import migrations, models

SPENT = "UPDATE rules_shared_count SET kept = 0 WHERE is_spent"


class Migration(migrations.Migration):
    dependencies = [("rules_limits", "0002_rows_of_members")]

    operations = [
        migrations.AddField("sharedcount", "kept", models.BigIntegerField(null=True)),
        migrations.RunSQL(SPENT, migrations.RunSQL.noop),
        migrations.RemoveField("sharedcount", "is_spent"),
    ]
