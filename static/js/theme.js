/* Before the first paint: the theme somebody chose on this machine, else that of the system. */
(function () {
  "use strict";
  try {
    var theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch (refused) {
    /* storage may be forbidden: then the system's theme stays */
  }
})();
