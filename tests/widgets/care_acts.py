"""What tests do on the page of care and return, and what they see there."""

from datetime import date

from acting import act, everything_in, put, tab

from calfnb.widgets import HtmlPanel

TODAY = date(2026, 3, 4)
CLOT = "deep_vein_thrombosis"
STRAIN = "soleus_strain"
BONE = "tibial_stress_fracture"


def head(page, field, value):
    put(page.frame.form, field, value)


def patient(page, case_id):
    head(page, "patient", case_id)


def running(page, condition=STRAIN, step="gates"):
    tab(page, "return")
    head(page, "condition", condition)
    act(page.running.head, "step", id=step)


def shown(widget, page):
    """Whether a widget is on the page: a box that is away takes its children with it."""
    away = [box for box in page.running.steps.values() if "cnw-away" in box._dom_classes]
    return not any(widget in everything_in(box) for box in away)


def html_of(page):
    """All markup of the panel that is shown."""
    box = page.frame.boxes[page.store.state.panel]
    return "".join(one.html for one in everything_in(box) if isinstance(one, HtmlPanel) and shown(one, page))
