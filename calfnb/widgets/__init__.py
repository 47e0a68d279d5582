"""The kit's own widgets: plain ES modules and one trait or two, without a build step and without a network."""

from calfnb.widgets.address import AddressState
from calfnb.widgets.case_reader import CaseReader
from calfnb.widgets.field_form import FieldForm
from calfnb.widgets.figure import Figure
from calfnb.widgets.finder import Finder
from calfnb.widgets.form import QuestionForm
from calfnb.widgets.leg_map import LegMap
from calfnb.widgets.panel import HtmlPanel
from calfnb.widgets.tabs import Tabs
from calfnb.widgets.toolbar import Toolbar

__all__ = [
    "AddressState",
    "CaseReader",
    "FieldForm",
    "Figure",
    "Finder",
    "HtmlPanel",
    "LegMap",
    "QuestionForm",
    "Tabs",
    "Toolbar",
]
