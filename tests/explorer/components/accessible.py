"""Checks of a page against the rules of WCAG 2.2 AA that a program can check."""

import json

from playwright.sync_api import Page

from explorer.components.build import PACKAGES

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page, selector: str) -> list[str]:
    """Return the violations that axe-core finds in a part of the page: rule and element."""
    axe = (PACKAGES / "axe-core" / "axe.min.js").read_text("utf-8")
    page.evaluate(axe)  # evaluated as by a debugger: the CSP of the page stays in force
    options = {"runOnly": _TAGS, "resultTypes": ["violations"]}
    arguments = json.dumps([{"include": [selector]}, options])
    result = page.evaluate(f"axe.run(...{arguments})")
    return [
        f"{violation['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:300]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
