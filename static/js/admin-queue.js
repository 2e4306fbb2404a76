// Moves through the queue by keys, while the focus is in it: elsewhere letters mean nothing (WCAG 2.1.4).
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const list = document.getElementById("result_list");
  const help = document.querySelector("[data-queue-keys]");
  if (!list || !help) return;
  const rows = [...list.querySelectorAll("tbody tr")];
  const link = (row) => row.querySelector("th a, td a");
  const go = (at) => link(rows[Math.max(0, Math.min(at, rows.length - 1))]).focus();
  help.hidden = false;
  help.querySelector("[data-queue-begin]").addEventListener("click", () => rows.length && go(0));

  const moves = {
    j: (at) => go(at + 1),
    k: (at) => go(at - 1),
    x: (at) => at >= 0 && rows[at].querySelector("input.action-select")?.click(),
    o: (at) => at >= 0 && link(rows[at]).click(),
    "/": () => document.getElementById("searchbar")?.focus(),
    "?": () => (help.open = !help.open),
  };

  list.addEventListener("keydown", (event) => {
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move(rows.indexOf(document.activeElement.closest("tr")));
  });
});
