"""A browser without a screen: keeps cookies, reads pages, fills in forms as a person would."""

from __future__ import annotations

import gzip
import html.parser
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from homeport.console.console import Console
from homeport.edge import http

HOST = "console.test"
VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)
UNSEEN = frozenset({"script", "style", "head", "template"})
Values = Mapping[str, str | Sequence[str]]


@dataclass
class Element:
    """An element of a page."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    parts: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What a person reads, with single spaces."""
        return " ".join("".join(self._texts()).split())

    @property
    def raw(self) -> str:
        """The text as it is."""
        return "".join(self._texts())

    def _texts(self) -> Iterator[str]:
        if self.name in UNSEEN:
            return
        for part in self.parts:
            yield from (
                [part]
                if isinstance(part, str)
                else [" ", *part._texts(), " "]
                if (part.name not in {"code", "span", "a", "strong", "time"})
                else part._texts()
            )

    def all(self, name: str = "", /, **attributes: str) -> list[Element]:
        """All elements of a name with these attributes; `class_` and `for_` are those of HTML, one class is enough."""
        return [each for each in self.walk() if each.fits(name, attributes)]

    def find(self, name: str = "", /, **attributes: str) -> Element:
        """The first of them. Fails where there is none."""
        found = self.all(name, **attributes)
        assert found, f"no {name} {attributes} in:\n{self.text}"
        return found[0]

    def walk(self) -> Iterator[Element]:
        for part in self.parts:
            if isinstance(part, Element):
                yield part
                yield from part.walk()

    def fits(self, name: str, attributes: Mapping[str, str]) -> bool:
        for key, value in attributes.items():
            key = key.rstrip("_").replace("_", "-")
            given = self.attributes.get(key)
            if given is None or (value not in given.split() if key == "class" else value != given):
                return False
        return name in {"", self.name}


class _Reader(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), f"an attribute stands twice in {tag}: {attrs}"
        made = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].parts.append(made)
        if tag not in VOID:
            self._open.append(made)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self._open[-1].name == tag, f"</{tag}> closes <{self._open[-1].name}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].parts.append(data)

    def close(self) -> None:
        super().close()
        assert self._open == [self.root], f"<{self._open[-1].name}> is not closed"


class Page(Element):
    """An answer of the console, read as HTML where it is that. Unbalanced markup fails."""

    def __init__(self, response: http.Response) -> None:
        super().__init__("")
        self.response = response
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.headers}
        self.body = response.body if isinstance(response.body, bytes) else b""
        if self.headers.get("content-encoding") == "gzip":
            self.body = gzip.decompress(self.body)
        if self.headers.get("content-type", "").startswith("text/html"):
            reader = _Reader()
            reader.feed(self.body.decode())
            reader.close()
            self.parts = reader.root.parts

    @property
    def location(self) -> str:
        """Where it sends the browser."""
        return self.headers.get("location") or self.headers.get("hx-redirect", "")

    @property
    def links(self) -> dict[str, str]:
        """Addresses by the texts of their links."""
        return {each.text: each.attributes.get("href", "") for each in self.all("a")}

    @property
    def title(self) -> str:
        """What the tab says."""
        return "".join(str(part) for part in self.find("title").parts)

    def rows(self, table: int = 0) -> list[list[str]]:
        """The texts of a table's body, by row and cell."""
        body = self.all("table")[table].find("tbody")
        return [
            [cell.text for cell in row.parts if isinstance(cell, Element)] for row in body.all("tr")
        ]

    def said(self) -> list[str]:
        """What the page says was done."""
        return [each.text for each in self.all("p", class_="said")]

    def buttons(self) -> list[str]:
        """The texts of all buttons, and of what looks like one."""
        return [
            each.text
            for each in self.walk()
            if each.name == "button" or "button" in each.attributes.get("class", "").split()
        ]

    def form(self, action: str) -> dict[str, str]:
        """The fields of the form that leads to an address, as they are filled in."""
        form = self.find("form", action=action)
        return {
            each.attributes["name"]: each.attributes.get("value", "on")
            if each.name != "textarea"
            else each.raw
            for each in [*form.all("input"), *form.all("textarea")]
            if "name" in each.attributes
            and (
                each.attributes.get("type") not in {"checkbox", "radio"}
                or "checked" in each.attributes
            )
        }


class Visitor:
    """One browser."""

    def __init__(self, console: Console, scheme: str = "https") -> None:
        self.console = console
        self.scheme = scheme
        self.cookies: dict[str, str] = {}
        self.token = ""

    async def send(
        self,
        method: str,
        location: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> http.Response:
        """One request, as it is."""
        path, _, query = location.partition("?")
        sent = {"host": HOST, "accept-encoding": "gzip"}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        request = http.Request(
            method,
            path,
            query,
            {**sent, **(headers or {})},
            http.BytesBody(body),
            self.scheme,
            "127.0.0.1:50000",
        )
        response = await self.console(request)
        for name, value in response.headers:
            if name == "Set-Cookie":
                self._keep(value)
        return response

    def _keep(self, cookie: str) -> None:
        pair, *rest = cookie.split("; ")
        name, _, value = pair.partition("=")
        self.cookies[name] = value
        if "Max-Age=0" in rest:
            del self.cookies[name]

    async def get(self, location: str, *, is_part: bool = False) -> Page:
        """A page; `is_part` as htmx asks for it."""
        response = await self.send(
            "GET", location, headers={"hx-request": "true"} if is_part else None
        )
        page = Page(response)
        tokens = page.all("body") and page.find("body").attributes.get("data-csrf", "")
        self.token = tokens or self.token
        return page

    async def post(
        self, location: str, values: Values | None = None, *, is_part: bool = False, **headers: str
    ) -> Page:
        """A form with the token of the page that was seen last."""
        pairs = [("csrf", self.token)]
        for name, value in (values or {}).items():
            pairs += [(name, value)] if isinstance(value, str) else [(name, v) for v in value]
        sent = {
            "content-type": "application/x-www-form-urlencoded",
            "origin": f"{self.scheme}://{HOST}",
        }
        sent |= {"hx-request": "true"} if is_part else {}
        body = urllib.parse.urlencode(pairs).encode()
        return Page(await self.send("POST", location, body, {**sent, **headers}))

    async def put(self, location: str, body: bytes) -> Page:
        """A file, as the script of a page sends it."""
        headers = {
            "x-csrf-token": self.token,
            "hx-request": "true",
            "origin": f"{self.scheme}://{HOST}",
        }
        return Page(await self.send("PUT", location, body, headers))

    async def follow(self, page: Page) -> Page:
        """The page that another one sends the browser to."""
        assert page.status == 303, f"{page.status}: {page.text}"
        return await self.get(page.location)

    async def log_in(self, name: str, password: str) -> Page:
        """Logs in, and looks at the start page."""
        page = await self.post("/login", {"name": name, "password": password})
        return await self.follow(page) if page.status == 303 else page
