// Single keys for people who live here; off inside fields, and off altogether where the person says so (WCAG 2.1.4).
// A row is chosen by focusing its link, so that a screen reader and a refresh know which one it is.
(() => {
  const CHORD = 1200; // milliseconds between G and the letter after it
  const PLACES = { i: "/", m: "/my-work/", l: "/letters/", c: "/clients/" };
  let chord = 0;
  const sheet = document.querySelector("[data-keys-sheet]");
  const typing = (node) => node.closest?.("input, textarea, select, [contenteditable], dialog[open]");
  const click = (selector) => document.querySelector(selector)?.click();
  const chosen = () => document.activeElement?.closest("[data-row]");

  const move = (step) => {
    const rows = [...document.querySelectorAll("[data-row]")];
    if (!rows.length) return;
    const at = rows.indexOf(chosen());
    const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
    next.querySelector("a").focus({ focusVisible: true });
    next.scrollIntoView({ block: "nearest" });
  };

  const single = (key) => {
    if (chord && Date.now() - chord < CHORD) {
      chord = 0;
      if (PLACES[key]) location.href = PLACES[key];
      return Boolean(PLACES[key]);
    }
    if (key === "g") { chord = Date.now(); return false; }
    if (key === "j") { move(1); return true; }
    if (key === "k") { move(-1); return true; }
    if (key === "?") { sheet?.showModal(); return true; }
    if (!/^[a-z]$/.test(key)) return false;
    const row = chosen();
    if (key === "a" && row?.dataset.acknowledge) location.href = row.dataset.acknowledge;
    else click(`[data-key="${key}"]`);
    return true;
  };

  addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key === "Enter") {
      const form = event.target.closest?.("form");
      form?.requestSubmit(form.querySelector('button[type="submit"]:not([name="preview"])'));
      return;
    }
    if (command || event.altKey || event.isComposing || typing(event.target)) return;
    if (document.body.dataset.singleKeys === "off") return;
    if (single(event.key.toLowerCase())) event.preventDefault();
  });
  addEventListener("click", (event) => { if (event.target.closest("[data-keys-help]")) sheet?.showModal(); });
})();
