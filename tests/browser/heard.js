// What the page says to an ear, and what is left of it in forced colours and with larger text.
window.heard = (() => {
  const SHAPES = "circle, rect, line, polygon, polyline, path, text";
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const squeeze = (words) => (words ?? "").replace(/\s+/g, " ").trim();
  const shown = (each) => each.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const label = (each) => `${each.tagName.toLowerCase()}.${each.getAttribute("class") ?? ""}`;

  // --- names ----------------------------------------------------------------------------

  function openAll() {
    document.querySelectorAll("details").forEach((each) => (each.open = true));
  }

  function legends(each) {
    const found = [];
    for (let at = each.parentElement?.closest("fieldset"); at; at = at.parentElement?.closest("fieldset")) {
      found.unshift(squeeze(at.querySelector("legend")?.textContent));
    }
    return found.join(" / ");
  }

  // Where a control leads: two that lead to the same place may be called the same.
  function leads(each, number) {
    if (each.matches("a")) return each.href;
    const form = each.form;
    if (each.matches("button") && form && each.type === "submit") {
      const kept = [...form.querySelectorAll("input[type=hidden]")]
        .filter((one) => one.name !== "csrfmiddlewaretoken")
        .map((one) => `${one.name}=${one.value}`);
      const asked = form.querySelector("input:not([type=hidden]), select, textarea") ? number : "";
      const to = each.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
      return [to, form.method, each.name, each.value, ...kept, asked].join(" ");
    }
    return `#${number}`;
  }

  // Each control gets a number, by which the browser's own tree of names is asked about it.
  function controls() {
    openAll();
    return [...document.querySelectorAll(CONTROLS)]
      .filter((each) => shown(each) && !each.closest("[aria-hidden=true]"))
      .map((each, number) => {
        each.dataset.heard = number;
        // A list of links that has a name is heard as one enters it.
        const around = [legends(each), each.closest("nav")?.ariaLabel ?? ""];
        return { around: around.join(" | "), leads: leads(each, number), markup: each.outerHTML.slice(0, 120) };
      });
  }

  // --- the way to the main parts ----------------------------------------------------------

  // Boxes of a form are its task; links and buttons before a part are in its way.
  const LONG = 40;
  function steps() {
    const main = document.querySelector("main");
    if (!main) return ["no main part"];
    const stops = [...main.querySelectorAll("a[href], button, summary")].filter((each) => shown(each) && each.tabIndex >= 0);
    const skips = [...document.querySelectorAll("a.govuk-skip-link")];
    const faults = skips
      .filter((each) => !document.getElementById(each.hash.slice(1)))
      .map((each) => `leads nowhere: ${squeeze(each.textContent)}`);
    if (stops.length < LONG) return faults;
    if (![...main.querySelectorAll("h2")].some(shown)) faults.push(`${stops.length} stops and no heading below the first`);
    if (skips.length < 2) faults.push(`${stops.length} stops and no skip link to a main part`);
    return faults;
  }

  // --- forced colours ---------------------------------------------------------------------

  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const seen = new Map();
  function rgba(colour) {
    if (!seen.has(colour)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = "rgba(0, 0, 0, 0)";
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      seen.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]);
    }
    return seen.get(colour);
  }

  function light(colour) {
    const [r, g, b] = rgba(colour).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast(one, other) {
    if (rgba(one)[3] < 128) return 1;
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  }

  function ground(each) {
    for (let at = each; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (!(at instanceof SVGElement) && rgba(style.backgroundColor)[3] > 128) return style.backgroundColor;
    }
    return matchMedia("(forced-colors: active) and (prefers-color-scheme: dark)").matches ? "#000" : "#fff";
  }

  const painted = (paint) => (paint === "none" ? "rgba(0, 0, 0, 0)" : paint.startsWith("url") ? "url" : paint);
  const against = (paint, ground) => (paint === "url" ? 21 : contrast(paint, ground));

  // What lies beneath the middle of a thing drawn, if anything does.
  function behind(each, filled) {
    const box = each.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const under = filled.filter(
      ({ shape, area }) =>
        shape !== each &&
        shape.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING &&
        area.left <= x && x <= area.right && area.top <= y && y <= area.bottom,
    );
    return under.at(-1)?.fill;
  }

  function filledOf(svg) {
    return [...svg.querySelectorAll("rect, circle, polygon")]
      .map((shape) => ({ shape, fill: painted(getComputedStyle(shape).fill), area: shape.getBoundingClientRect() }))
      .filter(({ fill }) => fill !== "url" && rgba(fill)[3] > 128);
  }

  // Each thing drawn: how well it is seen, and how it looks, to be told from its neighbours.
  function drawn() {
    const found = [];
    document.querySelectorAll("svg").forEach((svg) => {
      if (!shown(svg)) return;
      const page = ground(svg.parentElement);
      const filled = filledOf(svg);
      for (const each of svg.querySelectorAll(SHAPES)) {
        if (each.closest("defs, pattern") || !shown(each)) continue;
        const style = getComputedStyle(each);
        const [fill, stroke] = [painted(style.fill), painted(style.stroke)];
        const under = behind(each, filled) ?? page;
        if (each.matches("text")) {
          const seen = contrast(fill, under);
          found.push({ what: `${label(each)} “${squeeze(each.textContent)}”`, seen, text: true });
          continue;
        }
        const seen = Math.max(each.matches("line") ? 1 : against(fill, under), parseFloat(style.strokeWidth) ? against(stroke, under) : 1);
        const line = stroke === "rgba(0, 0, 0, 0)" ? "" : `${stroke} ${style.strokeWidth} ${style.strokeDasharray}`;
        found.push({ what: label(each), group: label(svg), seen, look: `${each.tagName} ${fill} ${line}` });
      }
    });
    for (const each of document.body.querySelectorAll("*")) {
      for (const part of ["::before", "::after"]) {
        const style = getComputedStyle(each, part);
        if (style.content !== '""' || style.display === "none" || !shown(each)) continue;
        if (!(parseFloat(style.width) > 2) || style.opacity === "0" || style.position === "absolute") continue;
        const under = ground(each);
        const sides = ["Top", "Right", "Bottom", "Left"].filter(
          (side) => style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) > 0,
        );
        const edge = sides.map((side) => `${style[`border${side}Width`]} ${style[`border${side}Style`]} ${style[`border${side}Color`]}`);
        const image = style.backgroundImage !== "none";
        const seen = Math.max(
          image ? 21 : contrast(style.backgroundColor, under),
          ...sides.map((side) => contrast(style[`border${side}Color`], under)),
        );
        const look = [style.backgroundColor, style.backgroundImage, ...edge, style.borderRadius, style.clipPath].join(" ");
        found.push({ what: `${label(each)}${part}`, group: label(each.parentElement), seen, look });
      }
    }
    for (const each of document.querySelectorAll("[aria-current]")) {
      const other = [...(each.closest("ul, ol, nav") ?? document).querySelectorAll("a")].find((one) => !one.hasAttribute("aria-current"));
      if (!other || !shown(each) || !shown(other)) continue;
      for (const one of [each, other]) {
        const style = getComputedStyle(one);
        const edge = ["Bottom", "Left"].map((side) => [style[`border${side}Width`], style[`border${side}Style`], style[`border${side}Color`]]);
        // Colours that are the same to the eye are no difference.
        const look = [style.color, style.backgroundColor, style.textDecorationLine, ...edge.flat()].join(" ");
        found.push({ what: `${label(one)}${one === each ? " current" : ""}`, group: label(each), seen: 21, look });
      }
    }
    return found;
  }

  // --- larger text ------------------------------------------------------------------------

  function sizes() {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const words = squeeze(walker.currentNode.textContent);
      const each = walker.currentNode.parentElement;
      if (!words || !shown(each) || each.closest("script, style, select, textarea, title")) continue;
      const svg = each.closest("svg");
      const style = getComputedStyle(each);
      const size = svg ? each.getBoundingClientRect().height : parseFloat(style.fontSize);
      found.push([words, size, label(each)]);
    }
    return found;
  }

  function clipped() {
    const found = [];
    for (const each of document.body.querySelectorAll("main *, header *, footer *")) {
      const style = getComputedStyle(each);
      if (!/hidden|clip/.test(style.overflow) || style.clipPath !== "none" || !shown(each)) continue;
      if (each.clientWidth <= 1 || each instanceof SVGElement || !squeeze(each.textContent)) continue;
      if (each.scrollWidth > each.clientWidth + 2 || each.scrollHeight > each.clientHeight + 2) found.push(label(each));
    }
    return [...new Set(found)];
  }

  return { controls, steps, drawn, sizes, clipped };
})();
