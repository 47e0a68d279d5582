"""Warm-up and prevention on one page, from real results: accessible, and within its width."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from test_warmup_markup import every_part

from calfnb.markup.html import Html, join, tag
from calfnb.markup.warmup import warmup_stylesheet
from calfnb.tables import load_prevention

pytestmark = pytest.mark.browser


def gallery(theme: str) -> str:
    parts = join(tag("section", tag("h3", name), html) for name, html in every_part(load_prevention()).items())
    style = Html(f"{warmup_stylesheet()} body {{ margin: 0; padding: 12px }}")
    return (
        f'<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>Gallery</title><style>{style}</style></head>'
        f'<body class="cn-page"><main><h1>Gallery</h1><h2>Parts</h2>{parts}</main></body></html>'
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_everything_is_accessible_and_fits(new_page: Callable[..., Page], width: int, theme: str) -> None:
    page = new_page(width=width)
    page.set_content(gallery(theme))
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    boxes = page.evaluate(
        "[...document.querySelectorAll('.cn-drill__figure')].map(f => f.getBoundingClientRect().width)"
    )
    assert boxes
    assert min(boxes) > 60
