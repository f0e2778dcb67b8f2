// The letter as the client will read it, while it is typed; the same page shows it on “Preview” without a script.
(() => {
  // Quick picks for a promised time. The field counts in the reader's own zone, and so does the page's clock.
  const loaded = Date.now(), wall = Date.parse(`${(document.body.dataset.now || "").slice(0, 19)}Z`);
  const ahead = (minutes) => {
    const five = 300000; // a promise is kept to the minute, but read more easily on the five
    return new Date(Math.ceil((wall + Date.now() - loaded + minutes * 60000) / five) * five).toISOString().slice(0, 16);
  };
  for (const field of wall ? document.querySelectorAll('input[type="datetime-local"][name="next_update_by"]') : []) {
    const picks = document.createElement("div");
    picks.className = "acts picks";
    for (const [words, minutes] of [["in 30m", 30], ["in 1h", 60], ["in 2h", 120], ["in 4h", 240]]) {
      const pick = document.createElement("button");
      pick.type = "button";
      pick.className = "chip";
      pick.textContent = words;
      pick.setAttribute("aria-label", `Next update ${words}`);
      pick.addEventListener("click", () => {
        field.value = ahead(minutes);
        field.dispatchEvent(new Event("input", { bubbles: true }));
      });
      picks.append(pick);
    }
    field.after(picks);
  }

  for (const form of document.querySelectorAll("form[data-preview-url]")) {
    const target = document.getElementById(form.dataset.previewTarget);
    let wait = 0, asked = 0;
    const draw = async () => {
      const mine = ++asked;
      try {
        const answer = await fetch(form.dataset.previewUrl, { method: "POST", body: new FormData(form) });
        const letter = await answer.text();
        // An answer that was overtaken by typing is dropped.
        if (answer.ok && target && mine === asked) target.innerHTML = letter;
      } catch { /* the button still previews */ }
    };
    form.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(draw, 350); });
  }

  // One click puts what the guard suggests into the field that it objects to.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-repair]");
    const field = button && button.closest("form").elements[button.dataset.repair];
    if (!field) return;
    event.preventDefault(); // without a script the same button asks the server to do it
    field.value = button.dataset.repaired;
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // Once is enough: a second click must not send twice. Coming back by the browser's arrow makes it usable again.
  const buttons = (form) => form.querySelectorAll('button[type="submit"]');
  for (const form of document.querySelectorAll('form[method="post"]')) {
    form.addEventListener("submit", () => setTimeout(() => { for (const button of buttons(form)) button.disabled = true; }, 0));
    addEventListener("pageshow", () => { for (const button of buttons(form)) button.disabled = false; });
  }
})();
