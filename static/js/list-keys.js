// Moves through a list by keys, while the focus is in it: elsewhere letters mean nothing (WCAG 2.1.4).
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const list = document.querySelector("[data-list-keys]");
  if (!list) return;
  const titles = [...list.querySelectorAll(".todo-title")];
  const help = document.querySelector("[data-list-keys-help]");
  if (help) help.hidden = false;

  const moves = {
    j: (at) => titles[Math.min(at + 1, titles.length - 1)].focus(),
    k: (at) => titles[Math.max(at - 1, 0)].focus(),
    o: (at) => at >= 0 && titles[at].click(),
    n: (at) => at >= 0 && titles[at].closest("tr").querySelector(".todo-next a").click(),
    "/": () => document.getElementById("id_q")?.focus(),
  };

  list.addEventListener("keydown", (event) => {
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const row = document.activeElement.closest("tr");
    move(titles.findIndex((title) => title.closest("tr") === row));
  });
});
