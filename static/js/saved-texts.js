// Puts a saved text where the caret stands; nothing typed is replaced. Without this file the server does it.
"use strict";

document.querySelectorAll("button[data-insert-into]").forEach((button) => {
  const field = document.getElementById(button.dataset.insertInto);
  const select = document.getElementById(button.dataset.insertFrom);
  if (!field || !select) return;
  let caret = null;
  field.addEventListener("blur", () => (caret = field.selectionEnd));

  button.addEventListener("click", (event) => {
    event.preventDefault();
    const words = select.selectedOptions[0]?.dataset.text;
    if (!words) return select.focus();
    const at = Math.min(caret ?? field.value.length, field.value.length);
    const before = at && !field.value.slice(0, at).endsWith("\n") ? "\n" : "";
    field.focus();
    field.setRangeText(before + words, at, at, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
});
