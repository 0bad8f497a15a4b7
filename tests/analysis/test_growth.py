"""Growth laws: their equations, what the fits recover from simulated animals, and what a forecast may know."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from seedsoil.analysis import growth
from seedsoil.analysis.growth import (
    FLOOR,
    LAWS,
    PARAMETERS,
    fit_animals,
    forecast,
    gompertz_line,
    pooled_laws,
    simulate_animals,
    undecided,
)

DAYS = np.array([7.0, 10, 13, 16, 19, 22, 25, 28, 31, 34])
TRUE = {
    "exponential": (0.15,),
    "logistic": (0.3, np.log(1800)),
    "Gompertz": (0.56, 0.07),
    "power law": (0.6, 0.3),
}


def curve(law: str, days: np.ndarray, start: float = 1.0) -> np.ndarray:
    """Volumes without error."""
    one = pd.DataFrame({"animal": 0, "day": days, "volume": 1.0})
    shape = pd.DataFrame([TRUE[law]], columns=PARAMETERS[law])
    return simulate_animals(one, law, shape, start, 0.0, np.random.default_rng(0))["volume"].to_numpy()


def cohort(animals: int = 60) -> pd.DataFrame:
    """Who is measured when, volumes to be filled in."""
    return pd.DataFrame(
        [(animal, day, 1.0) for animal in range(animals) for day in DAYS], columns=["animal", "day", "volume"]
    )


@pytest.mark.parametrize("law", LAWS)
def test_each_law_obeys_its_equation(law):
    days = np.linspace(0, 40, 4001)
    volume = curve(law, days)
    rate = np.gradient(volume, days)[1:-1]
    volume, days = volume[1:-1], days[1:-1]
    expected = {
        "exponential": lambda a: a * volume,
        "logistic": lambda a, log_k: a * volume * (1 - volume / np.exp(log_k)),
        "Gompertz": lambda a, b: a * np.exp(-b * days) * volume,
        "power law": lambda a, u: a * volume ** (1 - u),  # from a volume of 1
    }[law](*TRUE[law])
    np.testing.assert_allclose(rate, expected, rtol=1e-4)


@pytest.mark.parametrize("law", ["Gompertz", "power law"])
def test_no_bend_is_exponential_growth_from_both_sides(law):
    for bend in (0.0, 1e-7, -1e-7):
        shape = pd.DataFrame([(0.15, bend)], columns=PARAMETERS[law])
        one = pd.DataFrame({"animal": 0, "day": DAYS, "volume": 1.0})
        volume = simulate_animals(one, law, shape, 1.0, 0.0, np.random.default_rng(0))["volume"]
        np.testing.assert_allclose(volume, np.exp(0.15 * DAYS), rtol=1e-4)


@pytest.mark.parametrize("errors", ["log", "mixed"])
@pytest.mark.parametrize("start", [1.0, None])
@pytest.mark.parametrize("law", LAWS)
def test_a_curve_without_error_is_found_again(law, start, errors):
    volume = curve(law, DAYS)
    fit = growth.fit(DAYS, volume, law, start, errors)
    np.testing.assert_allclose(fit.volume(DAYS), volume, rtol=1e-3)
    if start is not None:
        np.testing.assert_allclose(fit.parameters, TRUE[law], rtol=1e-2)
    else:
        assert fit.log_start == pytest.approx(np.log(volume[0]), abs=1e-3) and fit.origin == DAYS[0]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("law", LAWS)
def test_parameters_of_simulated_animals_are_recovered_within_their_stated_error(law, seed):
    """Animals differ; 95% intervals of each parameter hold the animal's own truth in about 95 of 100."""
    rng = np.random.default_rng(seed)
    size = 120
    truth = pd.DataFrame(
        np.array(TRUE[law])
        * np.exp(
            rng.normal(0, [0.1] + [0.03 if law == "logistic" else 0.2] * (len(TRUE[law]) - 1), (size, len(TRUE[law])))
        ),
        columns=PARAMETERS[law],
    )
    animals = simulate_animals(cohort(size), law, truth, 1.0, 0.15, rng)
    fits = fit_animals(animals, [law], [1.0])
    quantile = stats.t.ppf(0.975, len(DAYS) - len(TRUE[law]))
    for name in PARAMETERS[law]:
        miss = (fits[name] - truth[name]) / fits[f"se_{name}"]
        held = int((miss.abs() < quantile).sum())
        # 99.9% of binomial samples of a true 95%, and a little for the curvature of the law.
        assert held >= stats.binom.ppf(0.0005, size, 0.93), (name, held)
        assert abs(miss.median()) < 0.5, (name, miss.median())


def test_exponential_growth_from_a_fitted_start_is_linear_regression():
    import statsmodels.api as sm

    rng = np.random.default_rng(7)
    volume = curve("Gompertz", DAYS) * np.exp(rng.normal(0, 0.2, len(DAYS)))
    fit = growth.fit(DAYS, volume, "exponential")
    model = sm.OLS(np.log(volume), sm.add_constant(DAYS)).fit()
    assert fit.parameters[0] == pytest.approx(model.params[1]) and fit.standard_errors[0] == pytest.approx(model.bse[1])
    assert fit.rss == pytest.approx(model.ssr)
    # statsmodels does not count the error as a parameter, and its likelihood has the constant n (log 2 pi + 1).
    n, k = len(DAYS), 3
    aic = model.aic + 2 - n * (np.log(2 * np.pi) + 1)
    assert fit.k == k and fit.aicc == pytest.approx(aic + 2 * k * (k + 1) / (n - k - 1))


def test_too_few_points_have_no_aicc_and_too_few_for_the_law_no_fit():
    days, volume = DAYS[:5], curve("Gompertz", DAYS[:5]) * np.array([1, 1.1, 0.9, 1.05, 1])
    assert np.isinf(growth.fit(days, volume, "Gompertz").aicc) and np.isfinite(
        growth.fit(days, volume, "exponential").aicc
    )
    with pytest.raises(ValueError, match="found 2 observations, expected at least 3 for the Gompertz law"):
        growth.fit(days[:2], volume[:2], "Gompertz")


def test_mixed_errors_weigh_large_volumes_by_their_size_and_small_ones_alike():
    days = np.array([1.0, 2, 3, 4, 5, 6])
    volume = np.array([0.0, 10, 1000, 2000, 4000, 8000])
    fit = growth.fit(days, volume, "exponential", errors="mixed")
    np.testing.assert_allclose(fit.residuals, (volume - fit.volume(days)) / np.hypot(volume, FLOOR), atol=1e-9)


def test_pooled_laws_add_up_by_hand():
    fits = pd.DataFrame(
        {
            "animal": [1, 1, 2, 2],
            "law": ["exponential", "Gompertz"] * 2,
            "start": [1.0] * 4,
            "n": [5, 5, 7, 7],
            "k": [2, 3, 2, 3],
            "rss": [2.0, 1.0, 1.0, 0.9],
            "aicc": [4.0, 3.0, 1.0, 6.0],
        }
    )
    table = pooled_laws(fits).set_index("law")
    assert table.loc["Gompertz", ["animals", "n", "k", "best"]].tolist() == [2, 12, 5, 1]
    assert table.loc["exponential", ["animals", "n", "k", "best"]].tolist() == [2, 12, 3, 1]
    aicc = 12 * np.log(1.9 / 12) + 2 * 5 + 2 * 5 * 6 / (12 - 5 - 1)
    assert table.loc["Gompertz", "aicc"] == pytest.approx(aicc)
    assert table["delta"].min() == 0


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("law", LAWS)
def test_the_law_that_made_the_animals_is_chosen_over_all_of_them(law, seed):
    rng = np.random.default_rng(seed)
    truth = pd.DataFrame([TRUE[law]] * 40, columns=PARAMETERS[law])
    animals = simulate_animals(cohort(40), law, truth, 1.0, 0.1, rng)
    table = pooled_laws(fit_animals(animals, starts=[1.0])).set_index("law")
    # Gompertz and power law contain the exponential and may tie with it; the penalty decides.
    assert table["delta"].idxmin() == law


def test_identical_animals_already_give_correlated_parameters():
    """The correlation of a and b is no sign of a law: error alone makes it."""
    truth = pd.DataFrame([TRUE["Gompertz"]] * 60, columns=PARAMETERS["Gompertz"])
    animals = simulate_animals(cohort(), "Gompertz", truth, 1.0, 0.2, np.random.default_rng(1))
    fits = fit_animals(animals, ["Gompertz"], [1.0])
    assert fits["a"].corr(fits["b"]) > 0.9
    intercept, slope = gompertz_line(fits)
    assert intercept + slope * TRUE["Gompertz"][1] == pytest.approx(TRUE["Gompertz"][0], rel=0.05)


@pytest.mark.parametrize("law", [*LAWS, "reduced Gompertz"])
def test_a_forecast_does_not_see_what_it_foretells(law):
    truth = pd.DataFrame([TRUE["Gompertz"]] * 6, columns=PARAMETERS["Gompertz"])
    animals = simulate_animals(cohort(6), "Gompertz", truth, 1.0, 0.1, np.random.default_rng(2))
    spoiled = animals.copy()
    held = (spoiled["animal"] == 3) & (spoiled["day"] > DAYS[-4])
    spoiled.loc[held, "volume"] *= 5
    one, other = (forecast(frame, law, 1.0).set_index("animal") for frame in (animals, spoiled))
    assert one.loc[3, "predicted"] == pytest.approx(other.loc[3, "predicted"])
    assert one.loc[3, "observed"] * 5 == pytest.approx(other.loc[3, "observed"])
    assert one.loc[3, "days"] == DAYS[-1] - DAYS[-4]


def test_short_curves_are_not_foretold():
    animals = cohort(2).drop(index=[0, 1, 2, 3]).assign(volume=lambda frame: np.exp(0.1 * frame["day"]))
    assert forecast(animals, "exponential")["animal"].tolist() == [1]


def test_undecided_bends_by_hand():
    fits = pd.DataFrame({"n": [6, 6, 4], "k": [4, 4, 4], "b": [1.0, 1.0, 1.0], "se_b": [0.3, 0.35, 0.01]})
    assert undecided(fits, "b") == 1  # t with 3 degrees of freedom is 3.18, with 1 it is 12.7
    assert undecided(fits.assign(n=3), "b") == 3  # nothing to spare


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"law": "Bertalanffy"}, "found the law 'Bertalanffy', expected one of"),
        ({"errors": "square"}, "found errors 'square'"),
        ({"start": 0.0}, "found a start of 0.0"),
        ({"line": (0.1, 6.0)}, "found a line without the reduced Gompertz law"),
        ({"law": "reduced Gompertz"}, "or the law without its line"),
        ({"volumes": [0, 2, 4, 8, 16, 32]}, "found a volume of 0, expected one above 0"),
        ({"volumes": [-1, 2, 4, 8, 16, 32], "errors": "mixed"}, "found a volume of -1, expected one of 0 or more"),
        ({"days": [1, 2, 2, 3, 4, 5]}, "found days that do not increase"),
    ],
)
def test_what_cannot_be_fitted_is_refused(change, message):
    asked = {"days": [1, 2, 3, 4, 5, 6], "volumes": [1, 2, 4, 8, 16, 32], "law": "exponential", **change}
    with pytest.raises(ValueError, match=message):
        growth.fit(**asked)
