"""A page of the list of members is read off an index, also where a million joined at one instant.

So it is after an import without joining dates; by the instant alone, all of them were sorted for
each page. Names likewise: whoever was enrolled by a phone number has none.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members_profiles", "0003_merged_and_erased")]

    operations = [
        migrations.RemoveIndex(model_name="member", name="member_joined"),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(name="member_joined", fields=["joined_at", "id"]),
        ),
        migrations.RemoveIndex(model_name="member", name="member_name"),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                name="member_name",
                fields=["name_key", "id"],
                opclasses=["text_pattern_ops", "uuid_ops"],
            ),
        ),
    ]
