"""The column that held a person's only role goes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("organization_staff", "0003_roles_everywhere")]

    operations = [
        migrations.RemoveConstraint(model_name="staff", name="staff_role"),
        migrations.RemoveField(model_name="staff", name="role"),
    ]
