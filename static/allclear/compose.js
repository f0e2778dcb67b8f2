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
        for (const one of picks.children) one.setAttribute("aria-pressed", String(one === pick));
      });
      picks.append(pick);
    }
    field.addEventListener("input", () => { for (const one of picks.children) one.setAttribute("aria-pressed", "false"); });
    field.after(picks);
  }

  const OUT = "you are signed out. Sign in in another tab, then go on here.";
  const SILENT = "the server does not answer. It is asked again.";
  const FAILED = "the server could not. It looks again when you send it.";
  const FRESH = 20000; // milliseconds for which a server that answered is taken to be there still
  for (const form of document.querySelectorAll("form[data-preview-url]")) {
    const target = document.getElementById(form.dataset.previewTarget);
    if (!target) continue;
    const glance = form.querySelector("[data-glance]");
    const words = [...form.elements].filter((one) => one.matches("input:not([type=hidden]), textarea"));
    let wait = 0, asked = 0, again = 2000, asking = null, sending = false, answered = Date.now();
    // What the guard says in a line, beside the button that sends and for those who listen; said when it changed.
    const say = (line, look) => {
      if (!glance || glance.textContent === line) return;
      const to = document.createElement("a");
      to.className = "u";
      to.href = `#${target.id}`;
      to.textContent = line;
      glance.className = `glance ${look}`;
      glance.replaceChildren(...(line ? [to] : []));
    };
    // What stands there is older than what was typed, and says why.
    const old = (why) => {
      const line = `${sending ? "Not sent" : "Not looked through"}, and your words stay here: ${why}`;
      target.classList.add("old");
      target.querySelector("[data-old]")?.remove();
      const said = document.createElement("p");
      said.className = "verdict found";
      said.dataset.old = "";
      said.textContent = line;
      target.prepend(said);
      say(line, "found");
      if (why !== FAILED) {
        answered = 0;
        wait = setTimeout(draw, again);
        again = Math.min(again * 2, 30000);
      }
      return why === FAILED;
    };
    // Whoever signed in again in another tab has a new token there; this page takes it from the cookie.
    const renewed = () => {
      const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
      if (!token || form.dataset.renewed === token) return false;
      form.dataset.renewed = form.elements.csrfmiddlewaretoken.value = token;
      return true;
    };
    // Draws the letter anew. True where the server would take the form now: false keeps the words on this page.
    const draw = async () => {
      const mine = ++asked;
      clearTimeout(wait);
      asking?.abort();
      asking = new AbortController();
      let answer, letter;
      try {
        answer = await fetch(form.dataset.previewUrl, { method: "POST", body: new FormData(form), redirect: "manual", signal: asking.signal });
        letter = answer.ok ? await answer.text() : "";
      } catch {
        return mine === asked && old(SILENT);
      }
      // An answer that was overtaken by typing is dropped.
      if (mine !== asked) return false;
      if (answer.status === 403 && renewed()) return draw();
      if (answer.type === "opaqueredirect" || answer.status === 403) return old(OUT);
      if (!answer.ok) return old(answer.status === 503 ? SILENT : FAILED);
      target.innerHTML = letter;
      target.classList.remove("old");
      again = 2000;
      answered = Date.now();
      const said = target.querySelector("[data-verdict]");
      say(said ? said.dataset.verdict || said.textContent.trim() : "", said ? said.className : "");
      const folded = form.querySelector('[data-folded="guard_reason"]');
      if (folded && !folded.dataset.offered && target.querySelector(".objections:not(.hints) li:not(.stops)")) folded.open = folded.dataset.offered = true;
      return true;
    };
    form.addEventListener("input", () => {
      // The draft comes by a link: it would take the place of what was typed.
      for (const link of document.querySelectorAll("[data-draft]")) link.hidden = true;
      if (sending) return;
      clearTimeout(wait);
      wait = setTimeout(draw, 350);
    });
    // A server that cannot be reached, or asks who one is, would swallow what was typed. So it is asked first, unless it
    // answered a moment ago.
    form.addEventListener("submit", async (event) => {
      if (form.dataset.reached || Date.now() - answered < FRESH) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (sending) return;
      sending = true;
      const reached = await draw();
      sending = false;
      if (!reached) return;
      form.dataset.reached = "yes";
      form.requestSubmit(event.submitter);
    });
    addEventListener("pageshow", () => {
      delete form.dataset.reached;
      // Words that the browser kept over a reload, or on the way back, are looked through as if they had just been typed.
      setTimeout(() => { if (words.some((one) => one.value !== one.defaultValue)) draw(); }, 0);
    });
    form.classList.add("redraws");
    const first = target.querySelector("[data-verdict]");
    if (first) say(first.dataset.verdict || first.textContent.trim(), first.className);
  }

  // One click puts what the guard suggests into the field that it objects to: as if it were typed, so that Ctrl+Z undoes
  // it. Only the part that differs is replaced, where it stands now: what was typed or repaired meanwhile stays.
  const repair = (field, words, repaired) => {
    let from = 0, end = 0;
    while (from < words.length && words[from] === repaired[from]) from++;
    while (end < words.length - from && end < repaired.length - from && words.at(-1 - end) === repaired.at(-1 - end)) end++;
    const was = words.slice(from, words.length - end), put = repaired.slice(from, repaired.length - end);
    const text = field.value, at = text.startsWith(was, from) ? from : text.indexOf(was);
    if (at < 0 || (text !== words && !was)) return false;
    field.focus();
    field.setSelectionRange(at, at + was.length);
    const done = put ? document.execCommand("insertText", false, put) : document.execCommand("delete");
    if (!done) {
      field.setRangeText(put);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    return true;
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-repair]");
    const field = button && button.closest("form").elements[button.dataset.repair];
    if (!field) return;
    event.preventDefault(); // without a script the same button asks the server to do it
    if (repair(field, button.dataset.words, button.dataset.repaired)) button.disabled = true;
    else field.dispatchEvent(new Event("input", { bubbles: true })); // it is not there any more: look again
  });

  // Once is enough: a second click must not send twice. Coming back by the browser's arrow makes it usable again.
  const buttons = (form) => form.querySelectorAll('button[type="submit"]');
  for (const form of document.querySelectorAll('form[method="post"]')) {
    form.addEventListener("submit", () => setTimeout(() => { for (const button of buttons(form)) button.disabled = true; }, 0));
    addEventListener("pageshow", () => { for (const button of buttons(form)) button.disabled = false; });
  }
})();
