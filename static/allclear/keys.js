// Single keys for people who live here; off inside fields, and off altogether where the person says so (WCAG 2.1.4).
(() => {
  const typing = (node) => node.closest("input, textarea, select, [contenteditable], dialog[open]");
  const go = (selector) => { const node = document.querySelector(selector); if (node) node.click(); };
  let row = -1, chord = 0;
  const rows = () => [...document.querySelectorAll("tr[data-row]")];
  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    all[row]?.classList.remove("sel");
    row = Math.min(all.length - 1, Math.max(0, row + step));
    all[row].classList.add("sel");
    all[row].querySelector("a").focus();
    all[row].scrollIntoView({ block: "nearest" });
  };
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      document.getElementById("find")?.focus();
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      event.target.closest("form")?.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.body.dataset.singleKeys === "off") return;
    const key = event.key.toLowerCase();
    if (chord && Date.now() - chord < 1200) {
      chord = 0;
      if (key === "i") location.href = "/";
      if (key === "m") go('a[href="/my-work/"]');
      return;
    }
    if (key === "g") chord = Date.now();
    else if (key === "j") move(1);
    else if (key === "k") move(-1);
    else if (key === "?") document.querySelector("[data-keys-sheet]")?.showModal();
    else if (/^[a-z]$/.test(key)) {
      const selected = rows()[row];
      if (key === "a" && selected?.dataset.acknowledge) location.href = selected.dataset.acknowledge;
      else go(`[data-key="${key}"]`);
    } else return;
    if (key !== "g") event.preventDefault();
  });
  addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-help]")) document.querySelector("[data-keys-sheet]")?.showModal();
  });
})();
