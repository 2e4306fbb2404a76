/* Comfort on the draft page: saving while one types, asks without reloading, previews, what stands beside the
   form. Works without it. */
(function () {
  "use strict";

  const form = document.getElementById("draft-form");
  if (!form || !window.fetch) return;
  const words = form.dataset;
  const status = form.querySelector("[data-status]");
  const version = form.elements.version;
  const key = `draft-${words.key}`;
  const PAUSE = 3000;
  const KEPT_FOR = 7 * 24 * 60 * 60 * 1000;
  let changed = 0;
  let saved = 0;
  let timer = null;
  let busy = false;
  let underway = Promise.resolve();
  /* Where both texts are shown, nothing is written before their author has chosen. */
  const isConflict = Boolean(form.querySelector(".conflict"));
  let blocked = isConflict;
  let leaving = false;
  let unreachable = false;

  const say = (text, bad) => {
    status.textContent = text;
    status.classList.toggle("is-bad", Boolean(bad));
  };

  const MACHINERY = ["csrfmiddlewaretoken", "version", "files", "is_restricted", "confirmed", "is_meant"];
  const isMachinery = (name) => MACHINERY.includes(name) || /^(take-|sponsor-)/.test(name);

  /* What the person typed, without the form's machinery and without files. */
  const typed = () => {
    return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !isMachinery(name));
  };

  /* Only text that the server did not get is kept in the browser, and not for long. Each tab keeps its own,
     so that one whose text arrives takes away none that another could not save. */
  const newest = (one, other) => other.kept.at - one.kept.at;
  const tab = () => {
    const known = sessionStorage.getItem("tab");
    if (known) return known;
    const made = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    sessionStorage.setItem("tab", made);
    return made;
  };
  const taken = new Set();
  const keep = (sent) => {
    try {
      const store = sent ? sessionStorage : localStorage;
      const name = sent ? key : `${key}.${tab()}`;
      store.setItem(name, JSON.stringify({ at: Date.now(), sent, version: isConflict ? "0" : version.value, fields: typed() }));
    } catch (refused) {
      /* private windows may refuse */
    }
  };
  const forget = (...names) => {
    try {
      sessionStorage.removeItem(key);
      [`${key}.${tab()}`, ...taken, ...names].forEach((name) => localStorage.removeItem(name));
      taken.clear();
    } catch (refused) {
      /* nothing was kept */
    }
  };
  /* What tabs have kept of this draft: this tab's first, then the newest. What is too old goes, of every draft. */
  const found = () => {
    const rows = [];
    const read = (store, name) => {
      const kept = JSON.parse(store.getItem(name));
      if (!kept || Date.now() - kept.at >= KEPT_FOR) store.removeItem(name);
      else if (name === key || name.startsWith(`${key}.`))
        rows.push({ name, kept, isOwn: store === sessionStorage || name.endsWith(`.${tab()}`) });
    };
    if (sessionStorage.getItem(key)) read(sessionStorage, key);
    Object.keys(localStorage).filter((name) => name.startsWith("draft-")).forEach((name) => read(localStorage, name));
    return [...rows.filter((row) => row.isOwn).sort(newest), ...rows.filter((row) => !row.isOwn).sort(newest)];
  };

  const save = () => {
    clearTimeout(timer);
    if (!busy) underway = send();
    return underway;
  };

  const send = async () => {
    if (blocked || leaving || saved === changed) return;
    busy = true;
    const now = changed;
    const data = new FormData(form);
    data.delete("files");
    say(words.saving);
    try {
      const response = await fetch(words.autosave, {
        method: "POST",
        body: data,
        headers: { Accept: "application/json" },
        redirect: "manual",
        keepalive: document.visibilityState === "hidden",
      });
      const answer = (response.headers.get("Content-Type") || "").includes("json") ? await response.json() : {};
      unreachable = false;
      if (response.ok) {
        version.value = answer.version;
        saved = now;
        forget();
        say(saved === changed ? answer.saved_at : words.pending);
        beside();
      } else {
        keep();
        if (response.status === 409) {
          blocked = true;
          say(words.stale, true);
        } else if (response.status === 404) {
          blocked = true;
          say(words.gone, true);
        } else if (response.status === 422 || response.status === 413) {
          say(`${words.failed} ${answer.message || ""}`, true);
        } else {
          unreachable = true;
          say(response.status === 401 ? words.signedOut : words.unavailable, true);
        }
      }
    } catch (offline) {
      unreachable = true;
      keep();
      say(words.offline, true);
    }
    busy = false;
    if (saved !== changed && !blocked) timer = setTimeout(save, 4 * PAUSE);
  };

  const touched = () => {
    changed += 1;
    if (blocked) {
      keep();
      return;
    }
    if (!status.classList.contains("is-bad")) say(words.pending);
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };

  form.addEventListener("input", (event) => {
    if (isMachinery(event.target.name)) return;
    touched();
  });
  /* A page that cannot save stays open. A saving that is on its way ends first: the form would carry the
     version before it and meet itself as somebody else's change. Text that travels with the form is kept in
     this tab until a newer version shows that it arrived. */
  form.addEventListener("submit", async (event) => {
    if (!leaving && (busy || (unreachable && saved !== changed))) {
      event.preventDefault();
      await save();
      if (unreachable || leaving) return;
      leaving = true;
      form.requestSubmit(event.submitter);
      return;
    }
    leaving = true;
    clearTimeout(timer);
    if (saved === changed) forget();
    else keep(version.value);
  });
  const deletion = document.querySelector("[data-leaves]");
  if (deletion) {
    deletion.addEventListener("submit", () => {
      leaving = true;
      try {
        forget(...found().map((row) => row.name));
      } catch (refused) {
        /* nothing was kept */
      }
    });
  }
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden") return;
    if (!leaving && saved !== changed) keep();
    save();
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && saved !== changed) {
      keep();
      event.preventDefault();
    }
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) leaving = false;
  });

  /* Asks: added and removed in place; names and numbers follow. */
  const list = form.querySelector("[data-asks]");
  const total = form.elements["asks-TOTAL_FORMS"];
  const template = document.getElementById("ask-template");
  const adding = form.querySelector("[data-add]");

  const renumber = () => {
    const asks = [...list.querySelectorAll("[data-ask]")];
    asks.forEach((ask, index) => {
      const number = String(index + 1);
      ask.id = `ask-${number}`;
      ask.querySelector("[data-number]").textContent = number;
      ask.querySelector("[data-remove]").name = `remove-${number}`;
      ask.querySelectorAll("[name], [id], [for], [aria-describedby]").forEach((element) => {
        ["name", "id", "for", "aria-describedby"].forEach((attribute) => {
          const value = element.getAttribute(attribute);
          if (value) element.setAttribute(attribute, value.replace(/asks-(\d+|__prefix__)-/g, `asks-${index}-`));
        });
      });
    });
    total.value = String(asks.length);
    adding.disabled = asks.length >= Number(words.maxAsks);
    return asks;
  };

  const add = () => {
    list.append(template.content.cloneNode(true));
    return renumber().at(-1);
  };

  adding.addEventListener("click", (event) => {
    event.preventDefault();
    add().querySelector("input").focus();
    touched();
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    event.preventDefault();
    button.closest("[data-ask]").remove();
    if (!list.querySelector("[data-ask]")) add();
    renumber();
    adding.focus();
    touched();
  });

  /* The list of parts closes when one is chosen, and on Escape. */
  document.addEventListener("click", (event) => {
    const menu = event.target.closest(".parts-menu");
    if (menu && event.target.closest("a")) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector(".parts-menu[open]");
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  /* Progress, older cases, warnings and the public view follow what is stored. */
  const beside = async () => {
    try {
      const response = await fetch(words.beside, { redirect: "manual" });
      if (!response.ok) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      page.querySelectorAll("[data-part]").forEach((part) => {
        const place = document.querySelector(`[data-part="${part.dataset.part}"]`);
        if (place && !place.contains(document.activeElement)) place.replaceWith(document.adoptNode(part));
      });
    } catch (offline) {
      /* the next save brings them */
    }
  };

  /* A text as readers will see it, under its field. */
  form.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-preview-of]");
    if (!button) return;
    event.preventDefault();
    const place = button.closest(".with-preview").querySelector("[data-rendered]");
    if (!place.hidden) {
      place.hidden = true;
      return;
    }
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.set("text", document.getElementById(button.dataset.previewOf).value);
    try {
      const response = await fetch(words.previewUrl, { method: "POST", body: data, redirect: "manual" });
      if (!response.ok) throw new Error(String(response.status));
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      place.replaceChildren(...page.body.childNodes);
    } catch (unavailable) {
      place.textContent = words.noPreview;
    }
    place.hidden = false;
  });

  /* Too large files are said before they travel. */
  form.elements.files.addEventListener("change", () => {
    const large = [...form.elements.files.files].find((file) => file.size > Number(words.maxBytes));
    form.elements.files.setCustomValidity(large ? `${words.tooLarge} ${large.name}` : "");
    if (large) {
      form.elements.files.reportValidity();
      form.elements.files.value = "";
    }
  });

  /* Text that did not reach the server last time comes back. */
  const restore = (fields) => {
    const count = Number((fields.find(([name]) => name === "asks-TOTAL_FORMS") || ["", "1"])[1]);
    while (list.querySelectorAll("[data-ask]").length < Math.min(count, Number(words.maxAsks))) add();
    form.querySelectorAll("[type=checkbox]:not([name=is_restricted], [name=is_meant])").forEach((box) => {
      box.checked = fields.some(([name, value]) => name === box.name && value === box.value);
    });
    fields.forEach(([name, value]) => {
      const element = form.elements[name];
      if (!element || name.startsWith("asks-TOTAL") || name.startsWith("asks-INITIAL")) return;
      if (element instanceof RadioNodeList) {
        if (element[0].type === "radio") element.value = value;
      } else if (element.type !== "checkbox") {
        element.value = value;
      }
    });
  };
  const bringBack = ({ name, kept }) => {
    taken.add(name);
    restore(kept.fields);
    version.value = kept.version;
    say(words.restored);
    changed += 1;
    timer = setTimeout(save, PAUSE);
  };

  /* Text on the version that is stored comes back by itself; text on an older one is offered, since the draft
     was changed elsewhere: saving it then shows both. */
  const offer = ({ name, kept }) => {
    const notice = form.querySelector("[data-offer]");
    const when = notice.querySelector("[data-offer-when]");
    when.textContent = when.dataset.words.replace("%s", new Date(kept.at).toLocaleString(document.documentElement.lang));
    notice.hidden = false;
    notice.querySelector("[data-take]").addEventListener("click", () => {
      notice.hidden = true;
      bringBack({ name, kept });
    });
    notice.querySelector("[data-drop]").addEventListener("click", () => {
      notice.hidden = true;
      forget(name);
    });
  };

  if (isConflict) {
    forget();
    keep();
    return;
  }
  try {
    const stored = JSON.stringify(typed());
    const rows = found();
    const hasArrived = rows.some(({ kept }) => kept.sent && Number(kept.sent) < Number(version.value));
    const isSettled = ({ kept, isOwn }) => (hasArrived && isOwn) || JSON.stringify(kept.fields) === stored;
    rows.filter(isSettled).forEach(({ name, kept }) => (kept.sent ? sessionStorage : localStorage).removeItem(name));
    const first = rows.find((row) => !isSettled(row));
    if (first && first.kept.version === version.value) bringBack(first);
    else if (first) offer(first);
  } catch (refused) {
    /* nothing was kept */
  }
})();
