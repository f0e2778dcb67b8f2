// The letter as the client will read it, while it is typed; the same page shows it on “Preview” without a script.
(() => {
  for (const pick of document.querySelectorAll("[data-pick-minutes]")) {
    pick.addEventListener("click", () => {
      const field = document.getElementById(pick.dataset.for);
      if (field) { field.value = pick.dataset.value; field.dispatchEvent(new Event("input", { bubbles: true })); }
    });
  }
  for (const form of document.querySelectorAll("form[data-preview-url]")) {
    const target = document.getElementById(form.dataset.previewTarget);
    let wait = 0;
    const draw = async () => {
      try {
        const answer = await fetch(form.dataset.previewUrl, { method: "POST", body: new FormData(form) });
        if (answer.ok && target) target.innerHTML = await answer.text();
      } catch { /* the button still previews */ }
    };
    form.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(draw, 350); });
  }
  for (const form of document.querySelectorAll('form[method="post"]')) {
    form.addEventListener("submit", () => { for (const b of form.querySelectorAll('button[type="submit"]')) setTimeout(() => { b.disabled = true; }, 0); });
  }
  addEventListener("pageshow", () => { for (const b of document.querySelectorAll("button:disabled")) b.disabled = false; });
})();
