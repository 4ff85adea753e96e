// Says how much room is left for one's own words once it gets scarce, counted as the server does.
const SCARCE = 2000;
const bytes = new TextEncoder();

for (const box of document.querySelectorAll("textarea[data-room]")) {
  const told = document.getElementById(`${box.id}-room`);
  const room = Number(box.dataset.room);
  const usual = told.textContent;
  const tell = () => {
    const left = room - bytes.encode(box.value).length;
    if (left > SCARCE) {
      told.textContent = usual;
    } else if (left >= 0) {
      told.textContent = `${left.toLocaleString("en-GB")} ${told.dataset.left}`;
    } else {
      told.textContent = `${(-left).toLocaleString("en-GB")} ${told.dataset.over}`;
    }
    told.classList.toggle("govuk-error-message", left < 0);
  };
  box.addEventListener("input", tell);
  tell();
}
