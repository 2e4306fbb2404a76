/* Comfort only: every page works without this file. */
(function () {
  "use strict";

  /* Menus close on Escape and on a click elsewhere. */
  const menus = document.querySelectorAll("details[data-menu]");
  document.addEventListener("click", (event) => {
    menus.forEach((menu) => {
      if (menu.open && !menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus.forEach((menu) => {
      if (!menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  /* Light or dark, remembered on this machine. */
  document.querySelectorAll("[data-theme-button]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const root = document.documentElement;
      const dark = root.dataset.theme
        ? root.dataset.theme === "dark"
        : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      try {
        localStorage.setItem("theme", root.dataset.theme);
      } catch (refused) {
        /* it then lasts for this page */
      }
    });
  });

  /* After a failed form the summary is read first. */
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
})();
