/* The searchable selects of Django's admin get the name of their field, which select2 does not give them. */
(function () {
  "use strict";
  function name(select) {
    var label = select.id && document.querySelector('label[for="' + select.id + '"]');
    var box = select.nextElementSibling;
    var text = select.getAttribute("aria-label") || (label && label.textContent.trim().replace(/[:：]$/, ""));
    if (!text || !box || !box.classList.contains("select2")) return;
    box.querySelectorAll(".select2-selection, .select2-selection__rendered, .select2-search__field").forEach(function (part) {
      part.setAttribute("aria-label", text);
    });
  }
  var $ = window.django && window.django.jQuery;
  if ($) $(function () {
    document.querySelectorAll("select.admin-autocomplete").forEach(name);
  });
})();
