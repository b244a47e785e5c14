"""The people who sign in, and their roles. They are Django's users; members never are."""

import unicodedata
from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from regulars.foundation.ids import new_uuid
from regulars.foundation.privacy import classed
from regulars.foundation.rights import Rights
from regulars.organization.staff.summing import Granted, rights_summed
from regulars.organization.stores.selectors import groups_list


def username_key(username: str) -> str:
    """A username as it is kept and compared: full-width or capital letters make no difference."""
    return unicodedata.normalize("NFKC", username).casefold()


class StaffManager(BaseUserManager["Staff"]):
    """Finds a person by username, in whatever case it was typed."""

    def get_by_natural_key(self, username: str | None) -> "Staff":
        """The person who signs in with that name."""
        if not username or "\0" in username:
            raise self.model.DoesNotExist
        return self.get(username=username_key(username))


class Staff(AbstractBaseUser):
    """A person who signs in with a username and a password. `must_change_password` is true
    while somebody else knows the password."""

    privacy = classed(
        pii="username display_name password",
        pseudonym="id last_login",
        none="language is_active created_at must_change_password",
    )

    id = models.UUIDField(primary_key=True, default=new_uuid)
    username = models.CharField(max_length=64, unique=True)
    display_name = models.CharField(max_length=80)
    language = models.CharField(max_length=8, default="zh-hans")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    must_change_password = models.BooleanField(default=False)

    objects = StaffManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        db_table = "organization_staff"
        constraints = [
            models.CheckConstraint(
                name="staff_language", condition=Q(language__in=["zh-hans", "en"])
            ),
        ]

    @cached_property
    def grants(self) -> tuple[Granted, ...]:
        """The person's roles and where they hold, read once for a request."""
        rows = RoleGrant.objects.filter(staff=self).order_by("role", "store__code", "group__code")
        return tuple(
            [Granted(*row) for row in rows.values_list("role", "store__code", "group__code")]
        )

    @cached_property
    def rights(self) -> Rights:
        """What the person may do, read once for a request."""
        own = [each.role for each in self.grants]
        custom = dict(CustomRole.objects.filter(code__in=own).values_list("code", "rights"))
        is_grouped = any(each.group for each in self.grants)
        groups = {each.code: each.stores for each in groups_list()} if is_grouped else {}
        return rights_summed(self.grants, custom, groups)


class CustomRole(models.Model):
    """A role of the merchant's own making: a named set of rights."""

    privacy = classed(none="id code name rights created_at")

    id = models.AutoField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)
    name = models.JSONField()
    rights = models.JSONField(default=list)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "organization_role"


class RoleGrant(models.Model):
    """A person has a role, at one store, at a group of stores, or at all stores."""

    privacy = classed(pseudonym="staff", none="id role store group created_at")

    id = models.UUIDField(primary_key=True, default=new_uuid)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=40)
    store = models.ForeignKey(
        "organization_stores.Store", null=True, on_delete=models.PROTECT, related_name="+"
    )
    group = models.ForeignKey(
        "organization_stores.StoreGroup", null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        db_table = "organization_role_grant"
        constraints = [
            models.UniqueConstraint(
                name="role_grant_once",
                fields=["staff", "role", "store", "group"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="role_grant_place", condition=Q(store=None) | Q(group=None)
            ),
        ]
