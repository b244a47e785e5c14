"""Who was merged into another, and who was erased."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members_profiles", "0002_joined")]

    operations = [
        migrations.AddField(
            model_name="member",
            name="merged_into",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="member",
            name="erased_at",
            field=models.DateTimeField(null=True),
        ),
    ]
