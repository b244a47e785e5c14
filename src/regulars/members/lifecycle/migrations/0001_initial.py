"""The list of erased members."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("member_id", models.UUIDField(primary_key=True, serialize=False)),
                ("erased_at", models.DateTimeField()),
            ],
            options={"db_table": "members_erasure"},
        ),
    ]
