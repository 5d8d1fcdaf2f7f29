"""The switch at the top of each page that leads to the same page in the other language."""

from typing import Any

NAMES = {"en": "English", "zh": "中文"}


def add_switch(app: Any, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Put the switch where the theme shows an announcement, which is on top at any width."""
    here = app.config.language[:2]
    up = "../" * (page.count("/") + 1)
    links = [
        f"<b>{name}</b>"
        if lang == here
        else f'<a href="{up}{lang}/{page}.html" hreflang="{lang}" lang="{lang}">{name}</a>'
        for lang, name in NAMES.items()
    ]
    context["theme_announcement"] = f'<nav class="languages">{" · ".join(links)}</nav>'
