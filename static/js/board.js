// Dragging on the timetable. "Move" beside each session does the same without this file.
const drop = document.querySelector("form[data-drop]");
const boards = [...document.querySelectorAll(".scheduling-board")];
const wide = matchMedia("(min-width: 48.0625em)");
const QUARTER = 15;
const places = new Map();

document.querySelector("[data-drag-hint]")?.toggleAttribute("hidden", !wide.matches);

// --- where things are -------------------------------------------------------------------

// The upper edge of each quarter hour, measured: rows grow with their words.
function edges(board) {
  const rows = getComputedStyle(board).gridTemplateRows.split(" ").map(parseFloat);
  const found = [];
  let y = board.clientTop;
  for (const height of rows) {
    found.push(y);
    y += height;
  }
  found.push(y);
  return found.slice(1); // without the row of names
}

function columns(board) {
  return [...board.querySelectorAll("[data-lane]")].map((each) => ({
    lane: each.dataset.lane,
    left: each.offsetLeft,
    width: each.offsetWidth,
  }));
}

function columnAt(board, x) {
  const inside = x - board.getBoundingClientRect().left;
  return columns(board).find((each) => inside < each.left + each.width) ?? columns(board).at(-1);
}

function clock(minutes) {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

function inWords(minutes) {
  const hour = Math.floor(minutes / 60);
  if (minutes === 720) return "Midday";
  return `${hour % 12 || 12}:${String(minutes % 60).padStart(2, "0")}${hour < 12 ? "am" : "pm"}`;
}

// --- one drag ---------------------------------------------------------------------------

async function freeOf(item) {
  const key = item.dataset.session;
  if (!places.has(key)) {
    const address = item.querySelector(".scheduling-slot__title a").href;
    places.set(key, fetch(`${address}places/`).then((answer) => (answer.ok ? answer.json() : null)));
  }
  return places.get(key).catch(() => null);
}

class Drag {
  constructor(item, event) {
    this.item = item;
    this.home = item.closest(".scheduling-board");
    this.grabbed = event.clientY - item.getBoundingClientRect().top;
    this.before = item.classList.contains("board-c0") ? "" : columnAt(this.home, event.clientX).lane;
    this.rows = Number([...item.classList].find((name) => /^board-s\d+$/.test(name)).slice(7));
    this.ghost = document.createElement("div");
    this.ghost.className = "scheduling-board__ghost";
    item.classList.add("scheduling-board__item--moving");
    document.body.classList.add("scheduling-board--moving");
    freeOf(item).then((found) => {
      this.found = found;
      if (!this.over) boards.forEach((board) => this.shade(board));
    });
  }

  free(board, lane) {
    if (!this.found) return {};
    const strand = drop.elements.by.value || !lane ? this.found.mine : lane;
    return this.found.free[strand]?.[board.dataset.day] ?? {};
  }

  isFree(board, lane, start) {
    const rooms = this.free(board, lane)[start];
    if (!rooms) return false;
    return drop.elements.by.value !== "room" || !lane || rooms.includes(Number(lane));
  }

  shade(board) {
    const tops = edges(board);
    const first = Number(board.dataset.first);
    for (const each of columns(board)) {
      if (drop.elements.by.value === "peer" && each.lane !== this.before) continue;
      for (const start of Object.keys(this.free(board, each.lane))) {
        if (!this.isFree(board, each.lane, start)) continue;
        const [hour, minute] = start.split(":").map(Number);
        const row = (hour * 60 + minute - first) / QUARTER;
        if (!(row in tops) || !(row + 1 in tops)) continue;
        const band = document.createElement("div");
        band.className = "scheduling-board__free";
        band.style.left = `${each.left}px`;
        band.style.width = `${each.width}px`;
        band.style.top = `${tops[row]}px`;
        band.style.height = `${tops[row + 1] - tops[row]}px`;
        board.append(band);
      }
    }
  }

  move(event) {
    // Near the edge the page goes along.
    if (event.clientY < 60) scrollBy(0, -20);
    else if (event.clientY > innerHeight - 60) scrollBy(0, 20);
    const board = boards.find((each) => {
      const box = each.getBoundingClientRect();
      return event.clientY >= box.top && event.clientY <= box.bottom;
    });
    this.target = null;
    if (!board) {
      this.ghost.remove();
      return;
    }
    const tops = edges(board);
    const y = event.clientY - this.grabbed - board.getBoundingClientRect().top;
    let row = tops.findIndex((top, number) => y < (top + (tops[number + 1] ?? top)) / 2);
    if (row < 0) row = tops.length - 1;
    const minutes = Number(board.dataset.first) + row * QUARTER;
    const column = this.before ? columnAt(board, event.clientX) : null;
    const lane = column?.lane ?? "";
    const start = clock(minutes);
    const free = this.isFree(board, lane, start);
    const all = columns(board);
    const [left, last] = column ? [column, column] : [all[0], all.at(-1)];
    this.ghost.classList.toggle("scheduling-board__ghost--free", free);
    this.ghost.textContent = `${inWords(minutes)}${this.found ? (free ? ", free" : ", not free") : ""}`;
    this.ghost.style.left = `${left.left}px`;
    this.ghost.style.width = `${last.left + last.width - left.left}px`;
    this.ghost.style.top = `${tops[row]}px`;
    this.ghost.style.height = `${(tops[Math.min(row + this.rows, tops.length - 1)] ?? tops[row]) - tops[row]}px`;
    board.append(this.ghost);
    this.target = { day: board.dataset.day, start, lane };
  }

  end() {
    this.over = true;
    this.item.classList.remove("scheduling-board__item--moving");
    document.body.classList.remove("scheduling-board--moving");
    this.ghost.remove();
    document.querySelectorAll(".scheduling-board__free").forEach((each) => each.remove());
  }

  take() {
    if (!this.target) return;
    const address = this.item.querySelector(".scheduling-slot__title a").href;
    drop.action = `${address}drop/`;
    drop.elements.day.value = this.target.day;
    drop.elements.start.value = this.target.start;
    drop.elements.lane.value = this.target.lane;
    drop.elements.lane_before.value = this.before;
    drop.elements.version.value = this.item.dataset.version;
    drop.submit();
  }
}

// --- from press to release --------------------------------------------------------------

function listen(item) {
  const handle = document.createElement("button");
  handle.type = "button";
  handle.className = "scheduling-board__handle";
  handle.tabIndex = -1;
  handle.setAttribute("aria-hidden", "true");
  handle.textContent = "⠿";
  item.prepend(handle);
  item.dataset.grab = "";
  // Links have a drag of their own, which takes their address along.
  item.addEventListener("dragstart", (event) => event.preventDefault());
  item.addEventListener("pointerdown", (press) => {
    if (!wide.matches || press.button !== 0) return;
    // A finger scrolls the page unless it takes the handle; a mouse takes the session anywhere.
    if (press.pointerType !== "mouse" && press.target !== handle) return;
    if (!press.target.closest("a")) press.preventDefault();
    let drag = null;
    const far = (event) => Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY) > 5;
    const move = (event) => {
      if (!drag && far(event)) drag = new Drag(item, press);
      drag?.move(event);
    };
    const stop = () => {
      document.removeEventListener("pointermove", move);
      document.removeEventListener("pointerup", up);
      document.removeEventListener("pointercancel", stop);
      document.removeEventListener("keydown", key);
      drag?.end();
    };
    const up = () => {
      stop();
      if (!drag) return;
      // The link under the pointer was dragged, not pressed.
      addEventListener("click", (click) => click.preventDefault(), { capture: true, once: true });
      drag.take();
    };
    const key = (event) => {
      if (event.key === "Escape") {
        stop();
        drag = null;
      }
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", up);
    document.addEventListener("pointercancel", stop);
    document.addEventListener("keydown", key);
  });
}

if (drop) document.querySelectorAll("[data-session]").forEach(listen);
