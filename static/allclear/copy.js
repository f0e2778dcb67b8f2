// A button that copies, beside each text that is marked for it. Without this script the text is selected by hand.
(() => {
  const told = (button, words) => {
    button.textContent = words;
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  };
  const write = async (text) => {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    // Plain http has no clipboard of its own: a field is selected and copied, as by hand.
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "visually-hidden";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (!done) throw new Error("not copied");
  };
  for (const place of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-line btn-sm copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy: ${place.dataset.copy}`);
    button.addEventListener("click", async () => {
      try {
        await write(place.value ?? place.textContent);
        told(button, "Copied");
      } catch {
        if (place.select) place.select();
        told(button, "Select it and copy");
      }
      if (document.activeElement === document.body) button.focus();
    });
    place.after(button);
  }
})();
