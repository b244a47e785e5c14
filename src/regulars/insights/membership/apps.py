from django.apps import AppConfig


class MembershipConfig(AppConfig):
    name = "regulars.insights.membership"
    label = "insights_membership"
    verbose_name = "Membership"
