"""Who carries a tag, and what has ended, is found without looking at all rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members_tags", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="tagonmember",
            index=models.Index(
                fields=["tag_id", "holder_id", "source", "expires_at"], name="member_tag_carried"
            ),
        ),
        migrations.AddIndex(
            model_name="tagonmember",
            index=models.Index(
                condition=models.Q(("expires_at__isnull", False)),
                fields=["expires_at"],
                name="member_tag_ends",
            ),
        ),
        migrations.RemoveIndex(model_name="tagonmember", name="member_tag_tag"),
    ]
