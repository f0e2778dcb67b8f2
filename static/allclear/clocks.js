// Counts down by the server's clock, not the browser's, and speaks only at 75 %, at 90 % and when a deadline passes.
(() => {
  const skew = Date.parse(document.body.dataset.now || "") - Date.now() || 0;
  const spans = new WeakMap(); // node -> milliseconds of the whole target, from the share that the server drew
  const said = new Set();
  const say = document.querySelector("[data-announce]");

  const spell = (seconds) => {
    const s = Math.floor(Math.abs(seconds));
    const units = [[Math.floor(s / 86400), "d"], [Math.floor(s / 3600) % 24, "h"], [Math.floor(s / 60) % 60, "m"]];
    const parts = units.filter(([n]) => n).map(([n, unit]) => n + unit);
    return parts.length ? parts.slice(0, 2).join(" ") : `${s}s`;
  };

  const announce = (node, box, level, words) => {
    const key = `${node.dataset.due} ${level}`;
    if (said.has(key) || !say) return;
    said.add(key);
    const row = box?.closest("tr")?.querySelector(".t")?.textContent;
    const name = box?.dataset.clockName || row || "A deadline";
    say.textContent = level === 100 ? `${name}: the deadline has passed.` : `${name}: ${words}.`;
  };

  const icon = (box, name) => {
    const use = box.querySelector("svg.i use");
    if (use) use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#i-${name}`));
  };

  const tone = (box, name) => {
    if (box.classList.contains(`k-${name}`)) return;
    box.classList.remove("k-run", "k-warn", "k-bad");
    box.classList.add(`k-${name}`);
    if (box.classList.contains("sla")) box.classList.add("hot");
    icon(box, name === "bad" ? "alert-triangle" : "alarm");
  };

  const draw = (node, now, first) => {
    const box = node.closest(".clock, .sla"), rect = box?.querySelector("svg.bar rect");
    const left = Date.parse(node.dataset.due) - now;
    if (rect && !spans.has(node)) {
      const share = parseFloat(rect.getAttribute("width")) / 100;
      spans.set(node, share < 1 && left > 0 ? left / (1 - share) : 0);
    }
    // A window that ends is no missed deadline: it says so and stays calm.
    const after = node.dataset.after;
    const words = left >= 0 ? `${spell(left / 1000)} left` : after || `${spell(left / 1000)} overdue`;
    if (node.textContent !== words) node.textContent = words;
    const span = spans.get(node);
    const share = left < 0 ? 100 : span ? Math.min(100, 100 * (1 - left / span)) : 0;
    if (rect && (span || left < 0)) rect.setAttribute("width", `${share.toFixed(1)}%`);
    if (!box || after) return;
    const warned = node.dataset.warn ? now >= Date.parse(node.dataset.warn) : share >= 75;
    const level = left < 0 ? 100 : share >= 90 ? 90 : warned ? 75 : 0;
    if (left < 0) tone(box, "bad");
    else if (level) tone(box, "warn");
    // What was so when the page came is on the page already; only what happens now is spoken.
    if (first) said.add(`${node.dataset.due} ${level}`);
    else if (level) announce(node, box, level, words);
  };

  let minute = 0;
  const tick = (all, first = false) => {
    const now = Date.now() + skew;
    const turned = all || Math.floor(now / 60000) !== minute;
    minute = Math.floor(now / 60000);
    for (const node of document.querySelectorAll("time[data-due]")) {
      // Beyond an hour the words change with the minute only.
      if (turned || Math.abs(Date.parse(node.dataset.due) - now) < 3600000) draw(node, now, first);
    }
  };
  tick(true, true);
  setInterval(tick, 1000, false);
  addEventListener("allclear:fresh", () => tick(true, true));
})();
