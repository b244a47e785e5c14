"""What is asked before a second factor is removed: what is left, and what ends with it."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.webkit.blocks import Fact
from regulars.foundation.webkit.confirming import Confirmation, consequence_register
from regulars.foundation.webkit.forms import PASSWORD_LONG, Asked, FilledForm, Form, form_filled
from regulars.foundation.webkit.numbers import amount_text
from regulars.foundation.webkit.screens import Text
from regulars.foundation.webkit.tables import Tone
from regulars.organization.sessions.selectors import sessions_of
from regulars.organization.signins.selectors import factors_of, recovery_codes_left
from regulars.organization.signins.types import FactorView
from regulars.organization.staff.types import StaffView

REMOVE = "remove"
KINDS: dict[str, Text] = {
    "totp": gettext_lazy("Authenticator app"),
    "passkey": gettext_lazy("Passkey"),
}
BEYOND = ("own_password_wrong", "too_many_tries")


def password_form(*, is_fresh: bool) -> Form:
    """One's password, where it was not shown a short while ago."""
    asked = Asked("password", gettext_lazy("Password"), kind="password", maximum=PASSWORD_LONG)
    places = dict.fromkeys(BEYOND, "password")
    return Form(REMOVE, "", "", () if is_fresh else (asked,), places=places)


def removal_of(
    staff_id: str, factor: FactorView, form: FilledForm | None = None, *, is_fresh: bool
) -> Confirmation:
    """The question before one of one's own factors goes; `form` is the password's, refused."""
    rest = [each for each in factors_of(staff_id) if each.id != factor.id]
    codes = 0 if rest else recovery_codes_left(staff_id)
    return Confirmation(
        title=_("Remove this second factor?"),
        consequences=(
            Fact(_("Second factor"), KINDS[factor.kind], note=factor.name),
            Fact(_("Second factors that stay"), _named(rest) or _("none"), tone=_warned(rest)),
            *([Fact(_("Recovery codes that end with it"), amount_text(codes))] if codes else []),
            Fact(
                _("From the next sign-in on"),
                _("your password and what stays") if rest else _("your password alone opens all"),
            ),
        ),
        button=_("Remove it"),
        back=reverse("console:security"),
        carried=(("do", REMOVE), ("factor", factor.id)),
        form=form or form_filled(password_form(is_fresh=is_fresh)),
    )


def reset_of(person: StaffView) -> Confirmation:
    """The question before all factors of somebody go who has lost them."""
    factors = factors_of(person.id)
    sessions = sessions_of(person.id, current_key="")
    return Confirmation(
        title=_("Take the second factors of %(name)s away?") % {"name": person.display_name},
        consequences=(
            Fact(_("Second factors that end"), amount_text(len(factors)), note=_named(factors)),
            Fact(_("Recovery codes that end"), amount_text(recovery_codes_left(person.id))),
            Fact(_("Sessions that end at once"), amount_text(len(sessions))),
        ),
        button=_("Take the second factors away"),
        back=reverse("console:staff-one", args=[person.id]),
        warning=_(
            "Until she sets up another one, her password alone opens her account: give her a new "
            "first password right after."
        ),
    )


def factors_kept(staff_id: str) -> tuple[Fact, ...]:
    """What the closing of an account means for its second factors."""
    count = len(factors_of(staff_id))
    if not count:
        return ()
    fact = Fact(_("Second factors"), _("%(count)s, kept") % {"count": amount_text(count)})
    return (fact,)


def _named(factors: list[FactorView]) -> str:
    return _(", ").join([f"{KINDS[each.kind]} “{each.name}”" for each in factors])


def _warned(rest: list[FactorView]) -> Tone:
    return "" if rest else "bad"


consequence_register("staff.close", "signins", factors_kept)
