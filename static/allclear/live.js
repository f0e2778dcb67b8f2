// Fresh without reload: ask for the revision number every few seconds, and replace the marked regions when it moved.
// Forms and disclosure widgets never stand inside such a region.
(() => {
  const mark = document.querySelector("[data-live-mark]");
  if (!mark || !mark.dataset.revUrl) return;
  let revision = mark.dataset.rev, misses = 0, full = Date.now(), busy = false;
  const time = () => new Date().toLocaleTimeString([], { hour12: false });
  const show = (text, late) => { mark.textContent = text; mark.classList.toggle("late", late); };
  const replace = async () => {
    const regions = document.querySelectorAll("[data-live]");
    if (!regions.length) return;
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "live" }, cache: "no-store" });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const region of regions) {
      const fresh = page.getElementById(region.id);
      if (!fresh || fresh.innerHTML === region.innerHTML) continue;
      const focused = region.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      region.innerHTML = fresh.innerHTML;
      if (focused) region.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
    }
    document.title = page.title;
    dispatchEvent(new Event("allclear:fresh"));
  };
  const ask = async () => {
    if (busy || document.hidden) return;
    busy = true;
    try {
      const answer = await fetch(`${mark.dataset.revUrl}?b=${encodeURIComponent(revision)}`, { cache: "no-store" });
      if (answer.status === 200) revision = (await answer.text()).trim();
      else if (answer.status !== 204) throw new Error(String(answer.status));
      if (answer.status === 200 || Date.now() - full > 60000) { await replace(); full = Date.now(); }
      misses = 0;
      show(`Live · ${time()}`, false);
      mark.dataset.seen = time();
    } catch {
      misses += 1;
      if (misses >= 2) show(`Last updated ${mark.dataset.seen || "at load"}, reconnecting`, true);
    } finally { busy = false; }
  };
  setInterval(ask, 4500 + Math.random() * 1000);
  addEventListener("focus", ask);
  document.addEventListener("visibilitychange", ask);
})();
