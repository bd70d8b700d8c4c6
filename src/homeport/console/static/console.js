// Small behaviours, chosen by data attributes. Every page works without them; nothing here knows what a page is about.
"use strict";

// The token that a request needs to change anything: https://htmx.org/events/#htmx:configRequest
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.body.dataset.csrf;
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRF-Token"] = token;
});

// What is asked again and again (hx-trigger="every 5s") is not asked while nobody sees the page.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && /^every /.test(event.detail.elt.getAttribute("hx-trigger") ?? "")) event.preventDefault();
});

// Sentences of an error are shown where a screen reader hears them.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  const trouble = document.getElementById("trouble");
  if (xhr.status >= 400 && xhr.status !== 401) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
    event.detail.target = trouble;
    event.detail.swapOverride = "innerHTML";
    trouble.dataset.path = requestConfig.path;
  } else if (trouble && (requestConfig.verb !== "get" || trouble.dataset.path === requestConfig.path)) trouble.replaceChildren();
});
document.addEventListener("htmx:sendError", () => say("The console does not answer. It may be starting again: try once more in a moment."));

// Whoever was in what a change has replaced, goes on there, not at the top of the page.
document.addEventListener("htmx:afterSettle", (event) => {
  if (document.activeElement !== document.body || event.detail.requestConfig?.verb === "get") return;
  if (event.target instanceof HTMLElement) goTo(event.target);
});
function goTo(place) {
  if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest" });
}

// A form that is refused stays as it was filled in, with the sentences of the error above it. What is shown after it was done is
// where the answer leads (HX-Redirect), or a page in place of this one.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || !form.closest("main") || !document.body.dataset.csrf) return;
  if (form.hasAttribute("hx-post") || form.hasAttribute("data-file")) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") !== "true") post(form, event.submitter);
});

async function post(form, submitter) {
  const trouble = document.getElementById("trouble");
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(submitter?.getAttribute("formaction") ?? form.getAttribute("action"), {
      method: "POST",
      headers: { "HX-Request": "true" },
      body: new URLSearchParams(new FormData(form, submitter)),
    });
    const next = answer.headers.get("HX-Redirect");
    if (next) {
      lead(next);
      return;
    }
    const text = await answer.text();
    const page = new DOMParser().parseFromString(text, "text/html");
    const main = page.querySelector("main");
    trouble.replaceChildren();
    if (main) {
      if (answer.ok) history.pushState({ posted: true }, "");
      document.title = page.title;
      main.dataset.posted = "";
      document.querySelector("main").replaceWith(document.adoptNode(main));
      htmx.process(main);
      goTo(main.querySelector(".wrong, .trouble, .said, section[role=status]") ?? main);
    } else {
      document.getElementById("said").replaceChildren();
      trouble.replaceChildren(...page.body.childNodes);
      goTo(trouble);
    }
  } catch {
    say("The console does not answer. It may be starting again: try once more in a moment.");
    goTo(document.getElementById("said"));
  } finally {
    form.removeAttribute("aria-busy");
  }
}

// The way back from what came in place of a page.
addEventListener("popstate", renew);
addEventListener("pageshow", (event) => event.persisted && renew());
function renew() {
  if (document.querySelector("main[data-posted]")) location.reload();
}

// The same page is asked for anew too, also where the address differs in its # alone.
function lead(address) {
  const next = new URL(address, location.href);
  const is_here = next.pathname === location.pathname && next.search === location.search;
  location.assign(next);
  if (is_here && next.hash) location.reload();
}

function say(text) {
  const place = document.getElementById("said");
  const line = document.createElement("p");
  line.className = "said";
  line.textContent = text;
  place.replaceChildren(line);
}

// data-copy="TEXT": a button that copies it. By plain HTTP a browser has no clipboard, so the old way is tried too.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const former = button.textContent;
  const done = await copied(button.dataset.copy);
  button.textContent = done ? "Copied" : "Not copied";
  say(done ? "Copied." : "The browser did not let the text be copied.");
  setTimeout(() => { button.textContent = former; }, 1500);
});

async function copied(text) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Not let: the old way is next.
    }
  }
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

// data-dialog: a <details> that asks. Escape and Cancel close it, opening moves the focus into it.
document.addEventListener("toggle", (event) => {
  const asked = event.target;
  if (!(asked instanceof HTMLDetailsElement) || !asked.matches("[data-dialog]") || !asked.open) return;
  asked.querySelector(".panel input:not([type=hidden]), .panel textarea, .panel button")?.focus();
}, true);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-close]");
  if (button) close(button.closest("details"));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const asked = document.activeElement?.closest("details[data-dialog][open]");
  if (asked) close(asked);
});
function close(asked) {
  asked.open = false;
  asked.querySelector("summary").focus();
}

// "/" goes to the search of the page, as on many sites; data-search marks it.
document.addEventListener("keydown", (event) => {
  const search = document.querySelector("[data-search]");
  const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
  if (event.key === "/" && search && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search.focus();
  }
});

// data-ticks: a table of boxes. Shift ticks a range, data-tick-all all of them; data-ticked is told how many, and its button woken.
let last = null;
document.addEventListener("click", (event) => {
  const table = event.target.closest?.("[data-ticks]");
  if (!table || !event.target.matches("input[type=checkbox]")) return;
  const boxes = [...table.querySelectorAll("tbody input[type=checkbox]")];
  if (event.target.matches("[data-tick-all]")) {
    for (const box of boxes) box.checked = event.target.checked;
  } else if (event.shiftKey && last && boxes.includes(last)) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(event.target)].sort((a, b) => a - b);
    for (const box of boxes.slice(from, to + 1)) box.checked = event.target.checked;
  }
  last = event.target;
  count(table);
});
function count(table) {
  const number = table.querySelectorAll("tbody input[type=checkbox]:checked").length;
  const form = table.closest("form");
  for (const place of form?.querySelectorAll("[data-ticked]") ?? []) place.textContent = number;
  for (const button of form?.querySelectorAll("[data-needs-tick]") ?? []) button.disabled = number === 0;
}
function recount() {
  for (const table of document.querySelectorAll("[data-ticks]")) count(table);
}
document.addEventListener("htmx:afterSettle", recount);
recount();

// data-submits: a choice that is taken as soon as it is made.
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-submits]")) event.target.form.requestSubmit();
});

// The menu stands open where there is room.
const wide = matchMedia("(min-width: 56rem)");
function arrange() {
  for (const menu of document.querySelectorAll("[data-menu]")) menu.open = wide.matches;
}
wide.addEventListener("change", arrange);
arrange();
