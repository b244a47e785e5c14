"""Codes that are fetched ahead."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members_codes", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="membercode",
            name="starts_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="membercode",
            index=models.Index(fields=["member_id"], name="code_member"),
        ),
    ]
