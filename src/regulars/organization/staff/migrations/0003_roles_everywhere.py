"""Everybody keeps the role she had, now as a role at all stores."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("organization_staff", "0002_roles")]

    operations = [
        migrations.RunSQL(
            """
            INSERT INTO organization_role_grant (id, staff_id, role, created_at)
            SELECT gen_random_uuid(), id, role, now() FROM organization_staff
            """,
            migrations.RunSQL.noop,
        )
    ]
