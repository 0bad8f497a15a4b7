"""What axe finds on a page: all its rules at first, and those of color again for another color scheme."""

from pathlib import Path

from axe_playwright_python.base import AXE_FILE_PATH

AXE = AXE_FILE_PATH.read_text()
CHOOSE = Path(__file__).with_suffix(".js").read_text()
# What is judged by its color: the places that CHOOSE marks. On all places of a long page these two rules would take
# three quarters of axe's time.
OF_COLOR = {"color-contrast": "[data-judged]", "link-in-text-block": "a[href][data-judged]"}
OFF_AT_FIRST = ("label-content-name-mismatch", "target-size")  # rules that axe runs only where they are asked for
RULES = [{"id": rule, "selector": selector} for rule, selector in OF_COLOR.items()]


def everything(tab) -> list[str]:
    return _run(tab, {"rules": {rule: {"enabled": True} for rule in OFF_AT_FIRST}})


def colors(tab) -> list[str]:
    return _run(tab, {"runOnly": list(OF_COLOR)})


def _run(tab, options: dict) -> list[str]:
    """One line for each node that breaks a rule."""
    if not tab.evaluate("typeof axe === 'object'"):
        tab.evaluate(AXE)
        tab.evaluate("rules => axe.configure({rules})", RULES)
    tab.evaluate(CHOOSE)
    found = tab.evaluate(
        "options => axe.run(document, options).then(found => found.violations)",
        options | {"resultTypes": ["violations"]},
    )
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]
