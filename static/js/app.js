// Starts GOV.UK Frontend's enhancements. Every page works without this file.
const script = document.querySelector("script[data-govuk]");
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}

// Questions that apply with one answer alone show when it is chosen. GOV.UK Frontend would do it
// with an attribute that radio buttons may not have.
for (const radios of document.querySelectorAll(".govuk-radios:has([data-reveals])")) {
  const show = () => {
    for (const each of radios.querySelectorAll("[data-reveals]")) {
      const more = document.getElementById(each.dataset.reveals);
      more.classList.toggle("govuk-radios__conditional--hidden", !each.checked);
    }
  };
  radios.addEventListener("change", show);
  // A browser that comes back to the page has answers of its own.
  window.addEventListener("pageshow", show);
  show();
}

// A message takes the focus, unless the address names a place on the page: there it stays. So that
// it is read all the same, its words come in anew once somebody listens.
const message = document.querySelector(".app-message");
const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
if (message && place) {
  message.dataset.disableAutoFocus = "true";
  const again = () => {
    for (const each of message.querySelectorAll("p")) each.textContent = each.textContent;
  };
  setTimeout(again, 300);
}

const { initAll } = await import(script.dataset.govuk);
initAll();

// Whoever writes for longer than the time after which a silent person is signed out is not silent.
const here = document.querySelector("[data-still-here]");
const every = 5 * 60 * 1000;
let told = Date.now();
if (here) {
  document.addEventListener("input", () => {
    if (Date.now() - told > every) {
      told = Date.now();
      fetch(here.dataset.stillHere, { method: "HEAD" }).catch(() => {});
    }
  });
}
