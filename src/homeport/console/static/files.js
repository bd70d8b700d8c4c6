// <form data-file action="…">: sends the file of its one file field as the body of a PUT, with the token of the page.
// Its data-file-state says how far it is. The answer leads on, or says in a sentence what is wrong.
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-file]");
  if (!form) return;
  event.preventDefault();
  const file = form.querySelector("input[type=file]").files[0];
  if (file) send(form, file);
});

function send(form, file) {
  const state = form.querySelector("[data-file-state]");
  const button = form.querySelector("button[type=submit]");
  const request = new XMLHttpRequest();
  const fields = new URLSearchParams(new FormData(form));
  request.open("PUT", fields.size ? `${form.getAttribute("action")}?${fields}` : form.getAttribute("action"));
  request.setRequestHeader("X-CSRF-Token", document.body.dataset.csrf);
  request.setRequestHeader("HX-Request", "true");
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) state.textContent = `${Math.round((100 * event.loaded) / event.total)} % of ${file.name} sent`;
  });
  request.addEventListener("load", () => {
    const next = request.getResponseHeader("HX-Redirect");
    if (request.status < 400 && next) {
      location.assign(next);
      return;
    }
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    tell(form, state, button, page.body.textContent.trim().replace(/\s+/g, " ") || `The console answered ${request.status}.`);
  });
  request.addEventListener("error", () => tell(form, state, button, "The console does not answer. Try once more in a moment."));
  button.disabled = true;
  state.textContent = `${file.name} is being sent`;
  request.send(file);
}

function tell(form, state, button, text) {
  button.disabled = false;
  state.textContent = "";
  const line = document.createElement("p");
  line.className = "wrong";
  line.textContent = text;
  document.getElementById("trouble").replaceChildren(line);
  line.scrollIntoView({ block: "nearest" });
}
