// Somebody reads the page: said once, and only while it is on a screen. Looking at the address alone writes nothing.
(() => {
  const seen = document.currentScript.dataset.seen;
  const say = () => {
    if (document.visibilityState !== "visible") return;
    document.removeEventListener("visibilitychange", say);
    fetch(seen, { method: "POST", keepalive: true, credentials: "omit" }).catch(() => { /* it is only a courtesy */ });
  };
  document.addEventListener("visibilitychange", say);
  say();
})();
