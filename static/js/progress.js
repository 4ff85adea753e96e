// Shows how far work behind the page has come. Without this file, "Reload the page" does it.
const place = document.querySelector("[data-work]");
const reload = document.querySelector("[data-work-reload]");
const said = document.querySelector("[data-work-said]");
const SOON = 1000;
const LATER = 4000;
// Looking on is no reason to stay signed in for ever.
const LONGEST = 15 * 60 * 1000;
const begun = Date.now();

function tell(html) {
  const part = new DOMParser().parseFromString(html, "text/html").body;
  place.replaceChildren(...part.childNodes);
  // Said aloud in steps, not at each per cent.
  const label = place.querySelector("[aria-label]")?.getAttribute("aria-label") ?? "";
  const percent = Number(label.match(/(\d+)%$/)?.[1] ?? 0);
  const step = label ? `${Math.floor(percent / 25) * 25}%` : "";
  if (said.textContent !== step) said.textContent = step;
}

async function look() {
  const asked = Date.now();
  try {
    const answer = await fetch(place.dataset.work, { headers: { Accept: "text/html" } });
    // Signed out, gone or over: the page itself says which.
    if (!answer.ok || answer.redirected || answer.headers.get("X-Work") === "over") {
      location.reload();
      return;
    }
    tell(await answer.text());
  } catch {
    // The network is away; it is asked again.
  }
  if (asked - begun > LONGEST) {
    reload.hidden = false;
    return;
  }
  setTimeout(look, asked - begun > 60 * 1000 ? LATER : SOON);
}

if (place) {
  reload.hidden = true;
  setTimeout(look, SOON);
}
