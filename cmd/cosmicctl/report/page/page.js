// The filter stands in the address (#tenant=acme&risk=destroys), so that a link
// shows what its sender saw, and without a script every change is there.
"use strict";
(() => {
  const form = document.querySelector("form.filter");
  if (!form) return;
  const names = ["tenant", "kind", "risk"];
  const section = document.getElementById("changes");
  const changes = Array.from(section.querySelectorAll("article.change"), (node) => ({
    node,
    kind: node.dataset.kind,
    risks: node.dataset.risks.split(" "),
    places: Array.from(node.querySelectorAll("[data-tenant]")),
  }));
  const total = changes.reduce((n, change) => n + change.places.length, 0);
  const links = Array.from(document.querySelectorAll("a[href^='#']:not([href='#'])"));

  const asked = () => {
    const query = new URLSearchParams(location.hash.slice(1));
    return Object.fromEntries(names.map((name) => [name, query.get(name) || ""]));
  };

  // places shows those of the change that match, and returns how many.
  const places = (change, want) => {
    let n = 0;
    for (const place of change.places) {
      place.hidden = want.tenant !== "" && place.dataset.tenant !== want.tenant;
      if (!place.hidden) n++;
    }
    const meant = (!want.kind || change.kind === want.kind) && (!want.risk || change.risks.includes(want.risk));
    return meant ? n : 0;
  };

  const show = () => {
    const want = asked();
    let shown = 0;
    for (const change of changes) {
      const n = places(change, want);
      change.node.hidden = n === 0;
      shown += n;
    }
    for (const name of names) form.elements[name].value = want[name];
    for (const link of links) {
      if (link.hash === location.hash) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const filtered = names.some((name) => want[name]);
    form.querySelector("output").textContent = (filtered ? form.dataset.some : form.dataset.all).replace("{n}", filtered ? shown : total).replace("{all}", total);
    form.querySelector(".all").hidden = !filtered;
    section.querySelector(".none").hidden = shown > 0;
  };

  form.addEventListener("change", () => {
    const query = new URLSearchParams();
    for (const name of names) if (form.elements[name].value) query.set(name, form.elements[name].value);
    location.hash = query.toString();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", () => {
    show();
    if (!form.contains(document.activeElement)) section.scrollIntoView();
  });
  form.hidden = false;
  show();
})();
