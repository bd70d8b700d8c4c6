// Uploads of files and folders to a bucket: data-upload is where they go, data-prefix (percent-encoded) what their keys begin with.
"use strict";

const AT_ONCE = 2, RETRY_MS = 2000, SHOWN = 50;

for (const place of document.querySelectorAll("[data-upload]")) begin(place);

function begin(place) {
  const find = (name) => place.querySelector(`[${name}]`);
  const list = find("data-files"), whole = find("data-whole"), bar = find("data-progress");
  const buttons = { cancel: find("data-cancel"), replace: find("data-replace"), skip: find("data-skip") };
  const prefix = decodeURIComponent(place.dataset.prefix);
  let waiting = [], running = [], asked = [], replacesAll = false;
  let files = 0, done = 0, failed = 0, skipped = 0, total = 0, sent = 0;

  place.querySelector(".actions").hidden = false;
  for (const button of place.querySelectorAll("[data-choose]")) {
    const input = place.querySelector(`input[name=${button.dataset.choose}]`);
    button.addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      add([...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
      input.value = "";
    });
  }
  // Files may be dropped anywhere: beside the frame a browser would open them in place of the page, and end what is being sent.
  const hasFiles = (event) => event.dataTransfer?.types?.includes("Files") || place.contains(event.target);
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    place.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) place.classList.remove("over"); });
  document.addEventListener("drop", async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    place.classList.remove("over");
    // Entries and files are gone when this function has returned for the first time. What is dragged out of another page has no entry.
    const dropped = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry() ?? item.getAsFile()).filter(Boolean);
    for (const each of dropped) {
      if (each instanceof File) add([{ file: each, path: each.name }]);
      else await walk(each, "");
    }
  });
  buttons.cancel.addEventListener("click", () => {
    for (const one of [...waiting, ...asked]) end(one, "cancelled");
    waiting = []; asked = [];
    for (const one of [...running]) one.request.abort();
    tell();
  });
  buttons.replace.addEventListener("click", () => {
    replacesAll = true;
    waiting.push(...asked.map((one) => ({ ...one, overwrite: true })));
    for (const one of asked) one.line.remove();
    asked = [];
    next();
  });
  buttons.skip.addEventListener("click", () => {
    for (const one of asked) end(one, "left as it is");
    asked = [];
    tell();
  });
  addEventListener("beforeunload", (event) => { if (running.length || waiting.length) event.preventDefault(); });

  // A folder gives its entries in pieces: https://developer.mozilla.org/en-US/docs/Web/API/FileSystemDirectoryReader/readEntries
  async function walk(entry, before) {
    if (entry.isFile) {
      const file = await new Promise((good, bad) => entry.file(good, bad)).catch(() => null);
      if (file) add([{ file, path: before + entry.name }]);
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((good, bad) => reader.readEntries(good, bad)).catch(() => []);
      if (!some.length) return;
      for (const each of some) await walk(each, `${before}${entry.name}/`);
    }
  }

  function add(found) {
    if (!running.length && !waiting.length && !asked.length) {
      files = done = failed = skipped = total = sent = 0;
      replacesAll = false;
      list.replaceChildren();
    }
    for (const { file, path } of found) {
      files += 1;
      total += file.size;
      waiting.push({ file, path, key: prefix + path, overwrite: false, sent: 0 });
    }
    next();
  }

  function next() {
    while (running.length < AT_ONCE && waiting.length) send(waiting.shift());
    tell();
    if (!running.length && !waiting.length && !asked.length && files) over();
  }

  function send(one) {
    const request = new XMLHttpRequest();
    const query = `?key=${encodeURIComponent(one.key)}` + (one.overwrite || replacesAll ? "&overwrite=1" : "");
    one.request = request;
    one.line = line(one);
    running.push(one);
    request.open("PUT", place.dataset.upload + query);
    request.setRequestHeader("X-CSRF-Token", document.body.dataset.csrf);
    request.setRequestHeader("HX-Request", "true");
    if (one.file.type) request.setRequestHeader("Content-Type", one.file.type);
    request.upload.addEventListener("progress", (event) => progress(one, event.loaded));
    request.addEventListener("loadend", () => finish(one, request));
    // A Blob of its own: a browser would name the type of a file without one by itself.
    request.send(one.file.type ? one.file : one.file.slice(0, one.file.size));
  }

  function finish(one, request) {
    running = running.filter((each) => each !== one);
    if (request.status === 201) {
      progress(one, one.file.size);
      done += 1;
      one.line.remove();
    } else if (request.status === 409 && !one.overwrite) {
      progress(one, 0);
      one.line.querySelector("progress")?.remove();
      one.text.textContent = "is there already";
      asked.push(one);
    } else if (request.status === 503) {
      progress(one, 0);
      one.line.remove();
      setTimeout(() => { waiting.unshift(one); next(); }, RETRY_MS);
    } else if (request.status === 401) {
      location.reload();
      return;
    } else end(one, reason(request));
    next();
  }

  function end(one, text) {
    if (text === "left as it is") skipped += 1; else failed += 1;
    total -= one.file.size;
    sent -= one.sent;
    one.sent = 0;
    one.line ??= line(one);
    one.line.querySelector("progress")?.remove();
    one.line.querySelector("button")?.remove();
    one.text.textContent = text;
  }

  function reason(request) {
    if (!request.status) return request.wasStopped ? "cancelled" : "was cut off";
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    return [...page.querySelectorAll("p")].map((each) => each.textContent).join(" ") || `was refused (${request.status})`;
  }

  function progress(one, bytes) {
    sent += bytes - one.sent;
    one.sent = bytes;
    const own = one.line.querySelector("progress");
    if (own) own.value = one.file.size ? bytes / one.file.size : 1;
    show();
  }

  function line(one) {
    const made = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = one.path;
    one.text = document.createElement("span");
    one.text.className = "hint";
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", `Upload of ${one.path}`);
    const cancel = document.createElement("button");
    cancel.type = "button";
    cancel.className = "quiet";
    cancel.textContent = "Cancel";
    cancel.setAttribute("aria-label", `Cancel ${one.path}`);
    cancel.addEventListener("click", () => { one.request.wasStopped = true; one.request.abort(); });
    made.append(name, " ", one.text, " ", cancel, bar);
    if (list.childElementCount < SHOWN + AT_ONCE) list.append(made);
    return made;
  }

  function show() {
    bar.value = total ? sent / total : 0;
  }

  function tell() {
    const parts = [`${done} of ${files} uploaded`];
    if (failed) parts.push(`${failed} failed`);
    if (skipped) parts.push(`${skipped} left as they were`);
    if (asked.length) parts.push(`${asked.length} are there already`);
    whole.textContent = files ? parts.join(", ") + "." : "";
    bar.hidden = !running.length && !waiting.length;
    buttons.cancel.hidden = bar.hidden;
    buttons.replace.hidden = buttons.skip.hidden = !asked.length;
    show();
  }

  function over() {
    tell();
    if (done) htmx.ajax("GET", location.pathname + location.search, { target: "#rows", swap: "innerHTML" });
  }
}
