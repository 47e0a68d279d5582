"""What a person does on a page without a browser: messages in, as they come from the widgets."""


def put(form, field, value, seq=1):
    """Fill in a field of a form."""
    form.widget.receive({"type": "set", "field": field, "value": value, "seq": seq})


def act(panel, action, **more):
    """Press a button in a panel's markup."""
    panel.receive({"type": "action", "action": action, **more})


def tab(page, name):
    """Turn to a panel of a page of panels."""
    page.frame.tabs.receive({"type": "tab", "tab": name})


def tool(page, kind, **more):
    """Press a button of the toolbar of a page of panels."""
    page.frame.toolbar.receive({"type": kind, **more})


def everything_in(widget):
    """Return a widget and all below it."""
    return [widget, *(inner for child in getattr(widget, "children", ()) for inner in everything_in(child))]
