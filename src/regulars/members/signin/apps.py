from django.apps import AppConfig


class SigninConfig(AppConfig):
    name = "regulars.members.signin"
    label = "members_signin"
    verbose_name = "Members' sign-in"
