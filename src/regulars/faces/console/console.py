"""What the console itself declares: its jobs, its search, and the pages that span rooms."""

from django.utils.translation import gettext_lazy as _

from regulars.faces.console.audit import audit_page
from regulars.faces.console.enrolling import member_new_page
from regulars.faces.console.manage import is_far_reaching, member_manage_page
from regulars.faces.console.member_list import (
    members_bulk_page,
    members_export_page,
    members_page_view,
)
from regulars.faces.console.portrait import member_page
from regulars.faces.console.queued import queue_page
from regulars.faces.console.search import search_page
from regulars.faces.console.settings import settings_page
from regulars.faces.console.start import start_done_page
from regulars.faces.console.system import health_page
from regulars.faces.console.takings import takings_part
from regulars.faces.console.today import today_page
from regulars.faces.console.works import file_page, jobs_page, work_page
from regulars.foundation.webkit.list_pages import list_export_page, list_views_page
from regulars.foundation.webkit.screens import OWN, Screen, Search, screen_register, shell_declare

shell_declare(
    sections={
        "shop": _("Daily work"),
        "members": _("Members"),
        "rules": _("Promises"),
        "shops": _("Shops and people"),
        "settings": _("System"),
    },
    search=Search(
        screen="search",
        label=_("Search"),
        placeholder=_("Member, phone, last digits, or a page"),
    ),
)

screen_register(
    screen=Screen(
        name="today",
        path="",
        view=today_page,
        title=_("Today"),
        section="shop",
        icon="today",
        place=10,
        right="shop.view",
    )
)
screen_register(
    screen=Screen(
        name="today-takings",
        path="takings/",
        view=takings_part,
        title=_("Taken at counters"),
        right="shop.view",
    )
)
screen_register(
    screen=Screen(
        name="search",
        path="search/",
        view=search_page,
        title=_("Search"),
        right=OWN,
    )
)
screen_register(
    screen=Screen(
        name="start-done",
        path="opened/",
        view=start_done_page,
        title=_("Your shop is open"),
        right="staff.manage",
        before_gates=True,
    )
)
screen_register(
    screen=Screen(
        name="members",
        path="members/",
        view=members_page_view,
        title=_("Members"),
        section="members",
        icon="members",
        place=10,
        right="members.view",
        change="members.view",
    )
)
screen_register(
    screen=Screen(
        name="members-bulk",
        path="members/bulk/",
        view=members_bulk_page,
        title=_("Many members at once"),
        right="members.manage",
    )
)
screen_register(
    screen=Screen(
        name="members-export",
        path="members/export/",
        view=members_export_page,
        title=_("Export members"),
        right="members.erase",
        asks_again=True,
    )
)
screen_register(
    screen=Screen(
        name="members-new",
        path="members/new/",
        view=member_new_page,
        title=_("Enrol a member"),
        right="members.manage",
    )
)
screen_register(
    screen=Screen(
        name="jobs",
        path="jobs/",
        view=jobs_page,
        title=_("Jobs"),
        section="settings",
        icon="jobs",
        place=70,
        right="jobs.view",
        change="jobs.manage",
    )
)
screen_register(
    screen=Screen(
        name="jobs-queue",
        path="jobs/queue/",
        view=queue_page,
        title=_("In the background"),
        right="jobs.view",
    )
)
screen_register(
    screen=Screen(
        name="jobs-work",
        path="jobs/<uuid:work>/",
        view=work_page,
        title=_("Job"),
        right=OWN,
    )
)
screen_register(
    screen=Screen(
        name="jobs-file",
        path="jobs/<uuid:work>/file/",
        view=file_page,
        title=_("File of a job"),
        right=OWN,
    )
)
screen_register(
    screen=Screen(
        name="members-manage",
        path="members/<str:member>/manage/",
        view=member_manage_page,
        title=_("Affairs of a member"),
        right="members.manage",
        asks_again=is_far_reaching,
    )
)
screen_register(
    screen=Screen(
        name="members-portrait",
        path="members/<str:member>/",
        view=member_page,
        title=_("Member"),
        right="members.view",
    )
)
screen_register(
    screen=Screen(
        name="audit",
        path="audit/",
        view=audit_page,
        title=_("Log of acts"),
        section="settings",
        icon="receipt",
        right="audit.view",
        place=90,
    )
)
screen_register(
    screen=Screen(
        name="health",
        path="health/",
        view=health_page,
        title=_("System health"),
        section="settings",
        icon="health",
        place=80,
        right="jobs.view",
    )
)
screen_register(
    screen=Screen(
        name="lists-views",
        path="lists/<slug:name>/views/",
        view=list_views_page,
        title=_("Saved views"),
        right=OWN,
    )
)
screen_register(
    screen=Screen(
        name="lists-export",
        path="lists/<slug:name>/export/",
        view=list_export_page,
        title=_("Export this list?"),
        right=OWN,
        asks_again=True,
    )
)
screen_register(
    screen=Screen(
        name="settings",
        path="settings/",
        view=settings_page,
        title=_("Settings"),
        section="settings",
        icon="settings",
        place=90,
        right="settings.view",
        change="settings.manage",
    )
)
