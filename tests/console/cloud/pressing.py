"""Buttons pressed as a browser does: the form around one is sent as it is shown, with what was filled in."""

from __future__ import annotations

from tests.console.visitor import Element, Page, Visitor

from homeport.console.routing import Row


def _content(field: Element) -> str | None:
    """What a browser would send of a field; None where it sends nothing."""
    if field.name == "textarea":
        return field.raw.removeprefix("\n")
    if field.name == "select":
        options = field.all("option")
        chosen = [each for each in options if "selected" in each.attributes] or options[:1]
        return chosen[0].attributes.get("value", chosen[0].text) if chosen else None
    if field.attributes.get("type") in {"checkbox", "radio"} and "checked" not in field.attributes:
        return None
    return field.attributes.get("value", "")


def _found(page: Page, text: str, number: int) -> tuple[Element, Element]:
    pairs = [
        (form, button)
        for form in page.find("main").all("form")
        for button in form.all("button", type="submit")
        if button.text == text
    ]
    assert len(pairs) > number, f"no {text} among {page.buttons()}"
    return pairs[number]


async def press(visitor: Visitor, page: Page, text: str, number: int = 0, /, **filled: str) -> Page:
    """What the page answers when a button of this text is pressed; `number` tells it from others of the same text."""
    form, button = _found(page, text, number)
    assert form.attributes["method"] == "post"
    fields = {
        each.attributes["name"]: each
        for each in form.walk()
        if each.name in {"input", "select", "textarea"} and "name" in each.attributes
    }
    assert "csrf" in fields, f"the form of {text} has no token"
    assert set(filled) <= set(fields), f"{set(filled) - set(fields)} are not in the form of {text}"
    sent = {name: _content(each) for name, each in fields.items()} | filled
    for name, each in fields.items():
        assert sent[name] or "required" not in each.attributes, f"{name} is required"
    if "name" in button.attributes:
        sent[button.attributes["name"]] = button.attributes["value"]
    action = button.attributes.get("formaction") or form.attributes["action"]
    del sent["csrf"]
    return await visitor.post(action, {k: v for k, v in sent.items() if v is not None})


def changing(rows: tuple[Row, ...]) -> list[Row]:
    """The rows by which something can be changed."""
    return [row for row in rows if row.method != "GET"]


async def refused(visitor: Visitor, row: Row, name: str) -> int:
    """The status with which a row answers somebody who fills nothing in."""
    path = "/".join(name if part.startswith("{") else part for part in row.path.split("/"))
    if row.method == "POST":
        return (await visitor.post(path)).status
    headers = {
        "x-csrf-token": visitor.token,
        "hx-request": "true",
        "origin": "https://console.test",
    }
    return (await visitor.send(row.method, path, b"x", headers)).status


def ways_to_change(page: Page) -> set[str]:
    """The buttons and links of a page's main part by which somebody would change something, as far as a page marks them."""
    main = page.find("main")
    found = {each.text for each in main.all("details", class_="ask")}
    for form in main.all("form"):
        is_post = form.attributes.get("method") == "post" or "data-file" in form.attributes
        found |= {each.text for each in form.all("button", type="submit") if is_post}
    found |= {each.text for each in main.all("input", type="checkbox", name="key")}
    heads = {each.text for each in main.all("th", scope="col")}
    found |= heads & {"Remove", "Delete", "Restore", "Switch", "Change", "Actions"}
    ends = ("/new", "/item", "/import")
    return found | {
        each.text
        for each in main.all("a")
        if each.attributes["href"].partition("?")[0].endswith(ends)
        and "key=" not in each.attributes["href"]
    }
