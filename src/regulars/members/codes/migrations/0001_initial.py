"""Member codes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="MemberCode",
            fields=[
                ("digest", models.UUIDField(primary_key=True, serialize=False)),
                ("member_id", models.UUIDField()),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "db_table": "members_code",
                "indexes": [models.Index(fields=["expires_at"], name="code_expires")],
            },
        ),
    ]
