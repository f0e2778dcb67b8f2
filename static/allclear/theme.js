// Runs before the first paint, so that nobody sees the wrong theme flash. Without it the server's choice stands.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const wanted = root.dataset.theme;
    root.dataset.bsTheme = wanted === "system" ? (dark.matches ? "dark" : "light") : wanted;
  };
  root.classList.add("js");
  apply();
  dark.addEventListener("change", apply);
  addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    const order = ["system", "light", "dark"];
    root.dataset.theme = order[(order.indexOf(root.dataset.theme) + 1) % 3];
    document.cookie = `theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax`;
    apply();
    const say = document.querySelector("[data-announce]");
    if (say) say.textContent = `Theme: ${root.dataset.theme}`;
  });
})();
