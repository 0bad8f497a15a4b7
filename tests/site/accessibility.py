"""What axe finds on a page: all its rules but those of color once, and those of color for each color scheme."""

from pathlib import Path

from axe_playwright_python.base import AXE_FILE_PATH

AXE = AXE_FILE_PATH.read_text()
CHOOSE = Path(__file__).with_suffix(".js").read_text()
OF_COLOR = ["color-contrast", "link-in-text-block"]  # they take three quarters of axe's time on a long page


def structure(tab) -> list[str]:
    rules = {rule: {"enabled": False} for rule in OF_COLOR} | {"label-content-name-mismatch": {"enabled": True}}
    return _run(tab, "document", {"rules": rules})


def colors(tab) -> list[str]:
    tab.evaluate(CHOOSE)
    return _run(tab, {"include": [["[data-judged]"]]}, {"runOnly": OF_COLOR})


def _run(tab, where, options: dict) -> list[str]:
    """One line for each node that breaks a rule."""
    if not tab.evaluate("typeof axe === 'object'"):
        tab.evaluate(AXE)
    found = tab.evaluate(
        "([where, options]) => axe.run(where === 'document' ? document : where, options).then(found => found.violations)",
        [where, options | {"resultTypes": ["violations"]}],
    )
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]
