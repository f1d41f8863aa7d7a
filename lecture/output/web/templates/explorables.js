{% include "copy.js" %}
// The import map names the modules. A link such as #explore-chain?w=1,2 opens an explorable in the
// state after the question mark.
const shown = new Map();
for (const element of document.querySelectorAll(".explorable")) {
  const section = element.closest("section");
  const link = (state) => `${location.href.replace(/#.*/, "")}#${section.id}?${state}`;
  const data = JSON.parse(section.querySelector('script[type="application/json"]').textContent);
  const { mount } = await import(element.dataset.module);
  shown.set(section.id, { section, explorable: mount(element, data, { link, copy }) });
}
function showLinked() {
  const [id, ...state] = location.hash.slice(1).split("?");
  const linked = shown.get(id);
  if (!linked) return;
  if (state.length) linked.explorable.show(state.join("?"));
  linked.section.scrollIntoView();
}
addEventListener("hashchange", showLinked);
showLinked();
