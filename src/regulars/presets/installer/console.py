"""The console's pages of presets: the gallery, what one would do, and the buttons."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.foundation.actors import Actor
from regulars.foundation.errors import RegularsError
from regulars.foundation.webkit.blocks import Fact, Facts
from regulars.foundation.webkit.confirming import (
    Confirmation,
    confirmation_page,
    is_confirmed,
    reason_for_second_person,
)
from regulars.foundation.webkit.details import log_card
from regulars.foundation.webkit.pages import (
    may,
    merchant_text,
    page,
    reader_language,
    refusal_shown,
    staff_actor,
)
from regulars.foundation.webkit.screens import Screen, Text, screen_register
from regulars.foundation.webkit.tables import Cell, Column, Empty, Table, Tone
from regulars.foundation.webkit.templatetags.webkit import instant
from regulars.presets.installer.approvals import preset_end_request, preset_install_request
from regulars.presets.installer.errors import UnknownPreset
from regulars.presets.installer.selectors import (
    end_waits,
    example_told,
    install_waits,
    installations_listed,
    preset_ending,
    preset_preview,
    presets_listed,
)
from regulars.presets.installer.services import preset_end, preset_install
from regulars.presets.installer.types import (
    Deed,
    InstallationView,
    PartView,
    PresetPreview,
    PresetView,
    Step,
)

TRADE = "trade"
END = "end"
ACTS: dict[str, Text] = {
    "preset.installed": gettext_lazy("Preset installed"),
    "preset.ended": gettext_lazy("Preset ended"),
}

DEEDS: dict[Deed, tuple[Text, Tone]] = {
    Deed.MAKE: (gettext_lazy("is made"), "good"),
    Deed.KEEP: (gettext_lazy("is there already"), "quiet"),
    Deed.CHANGE: (gettext_lazy("is changed"), "warn"),
    Deed.RESUME: (gettext_lazy("starts again"), "warn"),
    Deed.OWN: (gettext_lazy("stays as you changed it"), "quiet"),
    Deed.END: (gettext_lazy("ends"), "warn"),
    Deed.REFUSE: (gettext_lazy("is in the way"), "bad"),
}


def presets_page(request: HttpRequest) -> HttpResponse:
    """The gallery: whole trades, then single models, and what is installed."""
    views = presets_listed()
    installed = _installed_table()
    context = {
        "title": _("Presets"),
        "trades": [_card(each) for each in views if each.kind == TRADE],
        "models": [_card(each) for each in views if each.kind != TRADE],
        "installed": installed if installed.rows else None,
    }
    return page(request, "presets_installer/presets.html", context)


def preset_page(request: HttpRequest, preset: str) -> HttpResponse:
    """What a preset promises and what installing it would do; posted, it is done or ended."""
    try:
        preview = preset_preview(preset)
        if _may_change(request):
            if END in (request.GET.get("do"), request.POST.get("do")):
                return _ended(request, preview)
            if request.method == "POST":
                return _installed(request, preview)
    except UnknownPreset:
        raise Http404(preset[:40]) from None
    there = preview.preset.installation
    is_running = there is not None and there.ended_at is None
    context = {
        "title": merchant_text(preview.preset.name),
        "card": _card(preview.preset),
        "steps": _steps_table(preview),
        "figures": _figures(preview),
        "news": _news(preview),
        "may_change": _may_change(request),
        "may_install": preview.is_installable and not preview.is_up_to_date,
        "is_running": is_running,
        "is_up_to_date": preview.is_up_to_date,
        "is_installable": preview.is_installable,
        "log": log_card(request, preset, ACTS) if there is not None else None,
    }
    return page(request, "presets_installer/preset.html", context)


def _installed(request: HttpRequest, preview: PresetPreview) -> HttpResponse:
    """Installs it, or asks for the reason that a second person is to read, then for her word."""
    preset = preview.preset.preset
    if not install_waits(preset):
        return _done(request, preset, lambda actor: preset_install(actor=actor, code=preset))
    confirmation = Confirmation(
        title=_("Install “%(name)s”?") % {"name": merchant_text(preview.preset.name)},
        consequences=_figures(preview).facts,
        button=_("Ask for approval"),
        back=reverse("console:presets-one", args=[preset]),
        is_final=False,
        carried=(("do", "install"),),
        form=reason_for_second_person(),
    )
    if not is_confirmed(request, confirmation):
        return confirmation_page(request, confirmation)
    given = {name: request.POST.get(name, "") for name in ("reason", "key")}
    return _done(
        request,
        preset,
        lambda actor: preset_install_request(actor=actor, code=preset, **given),
        told=_("A second person has to approve it. It is done as soon as she does."),
    )


def _done(
    request: HttpRequest, preset: str, deed: Callable[[Actor], object], told: Text = ""
) -> HttpResponse:
    try:
        deed(staff_actor(request))
    except UnknownPreset:
        raise
    except RegularsError as refusal:
        messages.error(request, refusal_shown(refusal))
    else:
        messages.success(request, str(told or _("Done.")))
    return redirect("console:presets-one", preset)


def _ended(request: HttpRequest, preview: PresetPreview) -> HttpResponse:
    """Asks before the end what ends and what stays, by name; then ends it."""
    preset = preview.preset
    if preset.installation is None or preset.installation.ended_at is not None:
        return redirect("console:presets-one", preset.preset)
    ending, staying = preset_ending(preset.preset)
    waits = end_waits(preset.preset)
    confirmation = Confirmation(
        title=_("End “%(name)s”?") % {"name": merchant_text(preset.name)},
        consequences=(
            Fact(_("Ends now"), str(len(ending)), note=_named(ending)),
            Fact(_("Stays"), str(len(staying)), note=_named(staying)),
            Fact(_("What members have"), _("stays theirs, with its dates")),
        ),
        button=_("Ask for approval") if waits else _("End it"),
        back=reverse("console:presets-one", args=[preset.preset]),
        warning=_("Sales from now on earn nothing by it. It can be installed again at any time."),
        carried=(("do", END),),
        form=reason_for_second_person() if waits else None,
    )
    if request.method != "POST" or not is_confirmed(request, confirmation):
        return confirmation_page(request, confirmation)
    code = preset.preset
    if not waits:
        return _done(request, code, lambda actor: preset_end(actor=actor, code=code))
    given = {name: request.POST.get(name, "") for name in ("reason", "key")}
    return _done(
        request,
        code,
        lambda actor: preset_end_request(actor=actor, code=code, **given),
        told=_("A second person has to approve it. It ends as soon as she does."),
    )


def _named(parts: tuple[PartView, ...]) -> str:
    """The parts' names, by what they are: Program: its name."""
    between = _(": ")
    return _("; ").join(
        [f"{merchant_text(each.title)}{between}{merchant_text(each.name)}" for each in parts]
    )


def _figures(preview: PresetPreview) -> Facts:
    """How many parts are made, changed, kept."""
    counts = [(deed, sum(1 for step in preview.steps if step.deed is deed)) for deed in DEEDS]
    return Facts(tuple([Fact(DEEDS[deed][0], str(count)) for deed, count in counts if count]))


def _news(preview: PresetPreview) -> str:
    """That a newer version lies on the shelf than the one installed."""
    there = preview.preset.installation
    if there is None or there.ended_at is not None or there.version >= preview.preset.version:
        return ""
    words = {"there": there.version, "newest": preview.preset.version}
    return (
        _(
            "Version %(there)s is installed, version %(newest)s is ready. What you changed "
            "yourself stays as it is."
        )
        % words
    )


def _card(view: PresetView) -> dict[str, object]:
    language = reader_language()
    return {
        "code": view.preset,
        "name": merchant_text(view.name),
        "about": merchant_text(view.about),
        "example": example_told(view.preset),
        "promises": view.promises[language],
        "waits_for": view.waits_for[language],
        "state": _state(view.installation) if view.installation else None,
    }


def _state(view: InstallationView) -> Cell:
    if view.ended_at is not None:
        return Cell(_("ended"), tone="quiet", note=instant(view.ended_at))
    return Cell(_("installed"), tone="good", note=instant(view.installed_at))


def _steps_table(preview: PresetPreview) -> Table:
    return Table(
        columns=(Column(_("What")), Column(_("Name")), Column(_("On installing"))),
        rows=tuple(_step(step) for step in preview.steps),
        empty=Empty(_("Nothing to install")),
    )


def _step(step: Step) -> tuple[Cell, ...]:
    text, tone = DEEDS[step.deed]
    # What is there already may be the shop's own under another code.
    code = "" if step.deed is Deed.KEEP else step.code
    reason = merchant_text(step.reason) if step.reason else ""
    return (
        Cell(merchant_text(step.section_title)),
        Cell(merchant_text(step.name) or step.code, note=code),
        Cell(text, tone=tone, note=reason),
    )


def _installed_table() -> Table:
    return Table(
        columns=(Column(_("Preset")), Column(_("Version"), numeric=True), Column(_("State"))),
        rows=tuple(
            (
                Cell(merchant_text(each.name), note=each.preset),
                Cell(str(each.version)),
                _state(each),
            )
            for each in installations_listed()
        ),
        empty=Empty(
            _("No preset is installed yet"),
            _("Choose one, look at what it would make, and install it."),
        ),
    )


def _may_change(request: HttpRequest) -> bool:
    return may(request, "presets.install")


screen_register(
    screen=Screen(
        name="presets",
        path="presets/",
        view=presets_page,
        title=gettext_lazy("Presets"),
        section="rules",
        icon="presets",
        right="presets.view",
        change="presets.install",
        place=40,
    )
)
screen_register(
    screen=Screen(
        name="presets-one",
        path="presets/<slug:preset>/",
        view=preset_page,
        title=gettext_lazy("Preset"),
        right="presets.view",
        change="presets.install",
    )
)
