// Ctrl K: one field over every link of the page and every incident. Without a script the field in the top bar searches.
(() => {
  const form = document.querySelector("form[data-palette]");
  if (!form || !window.HTMLDialogElement) return;
  let hits = [], at = 0, wait = 0, asked = 0;

  const dialog = document.createElement("dialog");
  dialog.className = "sheet-dialog finder";
  dialog.setAttribute("aria-label", "Search or go to");
  const field = document.createElement("input");
  const list = document.createElement("ul");
  const ask = document.createElement("div");
  ask.className = "ask";
  ask.append(form.querySelector("svg").cloneNode(true), field);
  list.className = "hits";
  list.id = "finder-hits";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Found");
  for (const [name, value] of Object.entries({
    type: "search", role: "combobox", "aria-label": "Search incidents or go to a page", "aria-controls": list.id,
    "aria-expanded": "true", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false", maxlength: "200",
    placeholder: "Search incidents, or go to a page",
  })) field.setAttribute(name, value);
  dialog.append(ask, list);
  document.body.append(dialog);

  // The links of the page, each once, by what they say.
  const links = () => {
    const found = new Map();
    for (const link of document.querySelectorAll("#rail a[href], .top a[href], main a[href]")) {
      const words = (link.querySelector(".t") || link).textContent.replace(/\s+/g, " ").trim().replace(/ (\d+\+?|C)$/, "");
      if (!words || words.length > 90 || link.getAttribute("href").startsWith("#") || found.has(link.href)) continue;
      const reference = link.closest("[data-row]")?.querySelector(".mono")?.textContent;
      const group = reference || (link.closest("#rail") ? "Go to" : "On this page");
      found.set(link.href, { words, url: link.href, group });
    }
    return [...found.values()];
  };
  const search = (words) => `${form.action}?${new URLSearchParams({ view: "all", q: words })}`;

  const show = () => {
    list.replaceChildren(...hits.map((hit, i) => {
      const item = document.createElement("li"), text = document.createElement("span"), note = document.createElement("small");
      item.id = `finder-${i}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(i === at));
      text.textContent = hit.words;
      note.textContent = hit.group;
      item.append(text, note);
      item.addEventListener("click", () => { location.href = hit.url; });
      return item;
    }));
    if (hits.length) field.setAttribute("aria-activedescendant", `finder-${at}`);
    else field.removeAttribute("aria-activedescendant");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };

  // The board answers the search; its rows are the hits. An answer that was overtaken by typing is dropped.
  const fetchHits = async (words) => {
    const mine = ++asked;
    try {
      const answer = await fetch(search(words), { headers: { "X-Requested-With": "palette" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine !== asked) return;
      const known = new Set(hits.map((hit) => hit.url));
      const more = [...page.querySelectorAll("[data-row]")].slice(0, 8).map((row) => {
        const link = row.querySelector("a.t");
        const url = new URL(link.getAttribute("href"), location.href).href;
        return { words: link.textContent.trim(), url, group: row.querySelector(".mono")?.textContent || "Incident" };
      }).filter((hit) => !known.has(hit.url));
      hits = [...hits.slice(0, -1), ...more, hits.at(-1)];
      show();
    } catch { /* the last hit still opens the search page */ }
  };

  const look = () => {
    const words = field.value.trim(), low = words.toLowerCase();
    at = 0;
    clearTimeout(wait);
    hits = links().filter((hit) => hit.words.toLowerCase().includes(low)).slice(0, 9);
    if (words) {
      hits.push({ words: `Search all incidents for “${words}”`, url: search(words), group: "Search" });
      wait = setTimeout(fetchHits, 200, words);
    }
    show();
  };

  const open = () => {
    if (dialog.open) return;
    field.value = "";
    look();
    dialog.showModal();
  };
  field.addEventListener("input", look);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && hits[at]) location.href = hits[at].url;
    else if (event.key === "ArrowDown") at = (at + 1) % hits.length;
    else if (event.key === "ArrowUp") at = (at - 1 + hits.length) % hits.length;
    else return;
    event.preventDefault();
    if (event.key !== "Enter") show();
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); open(); }
  });
})();
