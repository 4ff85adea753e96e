// Starts GOV.UK Frontend's enhancements. Every page works without this file.
const script = document.querySelector("script[data-govuk]");
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
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
