"""Whether a page keeps the rules of WCAG 2.2 AA that a program can check."""

import json

from playwright.sync_api import Page

from explorer.components.build import PACKAGES

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page, selector: str) -> list[str]:
    """What axe-core finds in a part of the page: the rule, and the elements that break it."""
    axe = (PACKAGES / "axe-core" / "axe.min.js").read_text("utf-8")
    page.evaluate(axe)  # the way of a debugger: the policy of the page stays as it is
    arguments = json.dumps([{"include": [selector]}, {"runOnly": _TAGS}])
    result = page.evaluate(f"axe.run(...{arguments})")
    return [
        f"{violation['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:300]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
