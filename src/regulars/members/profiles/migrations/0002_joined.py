"""The newest members, and how many joined on a day, without reading them all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members_profiles", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="member",
            index=models.Index(name="member_joined", fields=["joined_at"]),
        ),
    ]
