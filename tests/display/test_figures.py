"""A forest plot says in figures what its squares show."""

import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt
import pandas as pd

from seedsoil.display import figures


def test_each_row_prints_its_estimate_and_interval():
    rows = pd.DataFrame({"estimate": [0.84, 1.5, None], "ci_low": [0.73, None, None], "ci_high": [0.96, None, None]})
    figure, axes = plt.subplots()
    figures.forest(axes, rows, ["one", "two", "three"])
    places = {text.get_text(): text.xy[1] for text in axes.texts}
    assert places == {"0.84 (0.73–0.96)": 2, "1.50": 1, "": 0}
    figure.canvas.draw()
    box, plot = axes.texts[0].get_window_extent(), axes.get_window_extent()
    assert box.x0 >= plot.x1  # beside the squares, not over them
    plt.close(figure)
