"""Pages without a browser; a test fails if it leaves widgets behind."""

from collections.abc import Callable, Iterator

import ipywidgets
import pytest
from care_acts import TODAY
from ipywidgets.widgets.widget import _instances as living

from calfnb.dashboards.lesson_care import CarePage
from calfnb.dashboards.lesson_causes import CausesPage
from calfnb.reasoning.model import Model, default_model


@pytest.fixture(scope="session")
def model() -> Model:
    return default_model()


@pytest.fixture(autouse=True)
def no_widget_is_left() -> Iterator[None]:
    yield
    ipywidgets.Widget.close_all()
    assert not living


@pytest.fixture
def count_widgets() -> Callable[[], int]:
    return lambda: len(living)


@pytest.fixture
def make_page(model: Model) -> Callable[..., CausesPage]:
    return lambda code=None: CausesPage(model, code)


@pytest.fixture
def causes(make_page: Callable[..., CausesPage]) -> CausesPage:
    return make_page()


@pytest.fixture
def make_care(model: Model) -> Callable[..., CarePage]:
    return lambda code=None: CarePage(model, code=code, today=TODAY)


@pytest.fixture
def care(make_care: Callable[..., CarePage]) -> CarePage:
    return make_care()
