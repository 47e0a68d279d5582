"""How sure is this? The claims behind the kit, their disagreements, and the calibration of its confidence."""

from __future__ import annotations

import ipywidgets

from calfnb import markup
from calfnb.dashboards.lesson import Lesson
from calfnb.dashboards.page_view import top_lines
from calfnb.figures import calibration_figure
from calfnb.markup.ledger import claims_by_topic, disagreements
from calfnb.reasoning.calibration import Calibration, calibrate_damping, simulate_patients
from calfnb.reasoning.model import Model, default_model
from calfnb.widgets import Figure, HtmlPanel

__all__ = ["LESSON", "EvidencePage", "best_damping", "build", "calibration"]

LESSON = Lesson("evidence", "08_evidence")

_PATIENTS = 4_000
_EXPONENTS = (0.0, 0.25, 0.5, 1.0, 2.0)


class EvidencePage(ipywidgets.VBox):
    """The ledger of claims, the disagreements, and the figure of the calibration with its table."""

    def __init__(self, model: Model | None = None) -> None:
        model = model or default_model()
        tables = model.tables
        text, tag = tables.text, markup.tag
        folds = [("disagree", disagreements(tables)), ("claims", claims_by_topic(tables))]
        panels = [
            HtmlPanel(
                styled=False,
                label=text(f"ui.evidence.{name}"),
                html=tag(
                    "section",
                    tag("h2", text(f"ui.evidence.{name}"), class_="cnw-card-title"),
                    body,
                    class_="cnw-lesson",
                ),
            )
            for name, body in folds
        ]
        heading = HtmlPanel(styled=False, html=tag("h2", text("ui.evidence.calibration"), class_="cnw-card-title"))
        figure = Figure(calibration_figure(calibration(model), tables, chosen=model.assumptions.damping))
        sure = ipywidgets.VBox([heading, figure])
        sure.add_class("cnw-lesson")
        super().__init__(
            [top_lines(tables, styled=True), HtmlPanel(styled=False, html=markup.honesty_note(tables)), *panels, sure]
        )
        self.add_class("cnw-page")


def calibration(model: Model | None = None, *, correlation: float = 0.5) -> tuple[Calibration, ...]:
    """Compare damping exponents on simulated patients whose answers correlate within each dependence group."""
    model = model or default_model()
    patients = simulate_patients(model, setting="sports_clinic", count=_PATIENTS, correlation=correlation, answered=0.5)
    return calibrate_damping(model, patients, _EXPONENTS)


def best_damping(*, correlation: float) -> float:
    """Return the damping exponent that fits best when the answers of a group correlate so much (0-1)."""
    return min(calibration(correlation=correlation), key=lambda row: row.log_loss).damping


def build(code: str | None = None) -> EvidencePage:
    """Build the page. It has no state, so ``code`` changes nothing."""
    del code
    return EvidencePage()
