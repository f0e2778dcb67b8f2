// Fresh without reload: ask for the revision number every few seconds, and replace the marked regions when it moved.
// Forms and disclosure widgets never stand inside such a region.
(() => {
  const mark = document.querySelector("[data-live-mark]");
  if (!mark || !mark.dataset.revUrl) return;
  const FULL = 60000; // even when nothing moved: time alone turns a clock over
  let revision = mark.dataset.rev, misses = 0, full = Date.now(), busy = false;
  let seen = mark.textContent.trim();
  // On the clock of the page, which is that of the account and not always that of the browser.
  const time = () => new Date().toLocaleTimeString("en-GB", { timeZone: mark.dataset.zone });

  const show = (text, state) => {
    if (mark.textContent !== text) mark.textContent = text;
    mark.classList.toggle("on", state === "on");
    mark.classList.toggle("late", state === "late");
  };

  // Where the reader is in a region that is about to be replaced: the link, or the row, that has the focus.
  const place = (region) => {
    const node = document.activeElement;
    if (!region.contains(node)) return null;
    const href = node.getAttribute("href");
    return href ? `a[href="${CSS.escape(href)}"]` : node.id ? `#${CSS.escape(node.id)}` : null;
  };

  const replace = async () => {
    const regions = document.querySelectorAll("[data-live]");
    if (!regions.length) return;
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "live" }, cache: "no-store" });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const region of regions) {
      const fresh = page.getElementById(region.id);
      if (!fresh || fresh.innerHTML === region.dataset.was) continue;
      const at = place(region);
      region.dataset.was = fresh.innerHTML;
      region.replaceChildren(...fresh.childNodes);
      if (at) region.querySelector(at)?.focus({ preventScroll: true });
    }
    const rail = document.getElementById("rail"), moved = page.getElementById("rail");
    if (rail && moved && !rail.matches(":popover-open, :focus-within")) {
      const [was, now] = [rail.querySelectorAll("a"), moved.querySelectorAll("a")];
      if (was.length === now.length) was.forEach((link, i) => { if (link.innerHTML !== now[i].innerHTML) link.replaceChildren(...now[i].childNodes); });
    }
    document.title = page.title;
    dispatchEvent(new Event("allclear:fresh"));
  };

  const ask = async () => {
    if (busy || document.hidden) return;
    busy = true;
    try {
      const url = `${mark.dataset.revUrl}?b=${encodeURIComponent(revision)}`;
      const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(8000) });
      if (answer.redirected || (answer.status !== 200 && answer.status !== 204)) throw new Error(String(answer.status));
      const now = answer.status === 200 ? (await answer.text()).trim() : revision;
      if (now !== revision || misses >= 2 || Date.now() - full > FULL) {
        await replace();
        full = Date.now();
      }
      revision = now;
      misses = 0;
      seen = time();
      show(`Live · ${seen}`, "on");
    } catch {
      misses += 1;
      if (misses >= 2) show(`Last updated ${seen}, reconnecting`, "late");
    } finally {
      busy = false;
    }
  };

  mark.title = "This page refreshes itself; it rests while its tab is hidden.";
  const again = () => setTimeout(async () => { await ask(); again(); }, 4500 + Math.random() * 1000);
  again();
  ask();
  addEventListener("focus", ask);
  document.addEventListener("visibilitychange", ask);
})();
