// Starts GOV.UK Frontend's enhancements. Every page works without this file.
const script = document.querySelector("script[data-govuk]");
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
const { initAll } = await import(script.dataset.govuk);
initAll();
