// Counts down from the server's clock, not the browser's; speaks only when a deadline comes near or passes.
(() => {
  const skew = Date.parse(document.body.dataset.now || "") - Date.now() || 0;
  const announced = new Set();
  const spell = (seconds) => {
    const s = Math.floor(Math.abs(seconds));
    const parts = [[Math.floor(s / 86400), "d"], [Math.floor(s / 3600) % 24, "h"], [Math.floor(s / 60) % 60, "m"]].filter(([n]) => n);
    return parts.length ? parts.slice(0, 2).map(([n, u]) => n + u).join(" ") : `${s}s`;
  };
  const tick = () => {
    const now = Date.now() + skew;
    for (const node of document.querySelectorAll("time[data-due]")) {
      const left = (Date.parse(node.dataset.due) - now) / 1000;
      const words = left < 0 ? `${spell(left)} overdue` : left < 3600 && node.dataset.precise ? `${Math.floor(left / 60)}:${String(Math.floor(left % 60)).padStart(2, "0")} left` : `${spell(left)} left`;
      if (node.textContent !== words) node.textContent = words;
      if (left < 0 && left > -5 && !announced.has(node.dataset.due)) {
        announced.add(node.dataset.due);
        const say = document.querySelector("[data-announce]");
        if (say) say.textContent = `A deadline has passed: ${node.closest("[data-clock-name]")?.dataset.clockName || "see the page"}`;
      }
    }
  };
  tick();
  setInterval(tick, 1000);
  addEventListener("allclear:fresh", tick);
})();
