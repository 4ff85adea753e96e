// Shows how far an upload has come. Without this file the form is sent as any other.
function replaceMain(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const main = page.querySelector("main");
  if (!main) return false;
  document.title = page.title;
  document.querySelector("main").replaceWith(main);
  const summary = main.querySelector(".govuk-error-summary");
  summary?.setAttribute("tabindex", "-1");
  summary?.focus();
  main.scrollIntoView();
  enhance(main.querySelector("form[enctype]"));
  return true;
}

function enhance(target) {
  target?.addEventListener("submit", (event) => {
    const file = target.querySelector("input[type=file]")?.files[0];
    if (!file) return;
    event.preventDefault();
    send(target);
  });
}

function send(target) {
  const request = new XMLHttpRequest();
  request.open("POST", target.action || location.href);
  request.setRequestHeader("X-Upload", "with progress");
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) show(target, (100 * event.loaded) / event.total);
  });
  request.addEventListener("load", () => {
    if (request.getResponseHeader("Content-Type")?.startsWith("application/json")) {
      location.assign(JSON.parse(request.responseText).to);
    } else if (!replaceMain(request.responseText)) {
      location.reload();
    }
  });
  // The network went away: the browser's own way says so better than we could.
  request.addEventListener("error", () => target.submit());
  request.send(new FormData(target));
  show(target, 0);
}

function show(target, percent) {
  let bar = target.querySelector("progress");
  if (!bar) {
    bar = document.createElement("progress");
    bar.className = "documents-progress";
    bar.max = 100;
    bar.setAttribute("aria-label", "Upload");
    const words = document.createElement("p");
    words.className = "govuk-body";
    words.setAttribute("role", "status");
    target.append(bar, words);
  }
  bar.value = percent;
  // Said aloud in steps, not at each percent.
  const step = Math.floor(percent / 25) * 25;
  const said = step < 100 ? `${step}% uploaded` : "Uploaded. The file is being checked";
  const words = target.querySelector("[role=status]");
  if (words.textContent !== said) words.textContent = said;
}

enhance(document.querySelector("main form[enctype]"));
