"""The dashboard in stock Voilà: ipywidgets and three FigureWidgets."""

import ipywidgets
import plotly.graph_objects as go
import work


def dashboard():
    toggles = {name: ipywidgets.ToggleButton(description=name) for name in work.TOGGLES}
    choices = {name: ipywidgets.Dropdown(description=name, options=work.OPTIONS) for name in work.CHOICES}
    start = work.Answers()
    figures = [go.FigureWidget(figure) for figure in work.three_figures(start)]
    table = ipywidgets.HTML(work.table_html(start))

    def refresh(_change):
        answers = work.Answers(
            {name: box.value for name, box in toggles.items()}, {name: box.value for name, box in choices.items()}
        )
        for shown, made in zip(figures, work.three_figures(answers), strict=True):
            with shown.batch_update():
                shown.data[0].update(made["data"][0])
                shown.layout.title.text = made["layout"]["title"]["text"]
        table.value = work.table_html(answers)

    for box in (*toggles.values(), *choices.values()):
        box.observe(refresh, "value")
    return ipywidgets.VBox([grid(toggles), grid(choices), ipywidgets.HBox(figures), table])


def grid(controls):
    return ipywidgets.GridBox(list(controls.values()), layout={"grid_template_columns": "repeat(5, 1fr)"})
