// Folders of the catalog that open in place. Without this they are links to pages of their own.
"use strict";

function shown() {
  for (const button of document.querySelectorAll("[data-fold][hidden]")) button.hidden = false;
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fold]");
  if (!button) return;
  const is_open = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!is_open));
  button.textContent = is_open ? "+" : "–";
  if (!is_open) {
    htmx.trigger(button, "unfold");
    return;
  }
  const prefix = button.dataset.fold;
  for (const row of document.querySelectorAll("tr[data-under]")) if (row.dataset.under.startsWith(prefix)) row.remove();
});
document.addEventListener("htmx:afterSwap", shown);
shown();
