// A click on a variable puts it where the cursor was; without a script the list is there to copy from.
(() => {
  const form = document.querySelector("form[data-preview-url]");
  if (!form) return;
  const fields = [form.elements.subject, form.elements.body];
  let last = form.elements.body;
  for (const field of fields) field.addEventListener("focus", () => { last = field; });
  for (const code of form.querySelectorAll("code[data-variable]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip mono";
    button.textContent = code.dataset.variable;
    button.setAttribute("aria-label", `Insert ${code.dataset.variable}`);
    button.addEventListener("click", () => {
      last.setRangeText(code.dataset.variable, last.selectionStart, last.selectionEnd, "end");
      last.focus();
      last.dispatchEvent(new Event("input", { bubbles: true }));
    });
    code.replaceWith(button);
  }
})();
