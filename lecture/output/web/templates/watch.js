"use strict";
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

function element(parent, selector, make) {
  let found = parent.querySelector(`:scope > ${selector}`);
  if (!found) {
    found = make();
    parent.append(found);
  }
  return found;
}

function made(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

function showError(parent, text) {
  const box = parent.querySelector(":scope > .error");
  if (!text) {
    if (box) box.remove();
  } else if (!box) {
    parent.prepend(made("pre", { className: "error", textContent: text }));
  } else if (box.textContent !== text) {
    box.textContent = text;
  }
}

function showPicture(image, address) {
  if (image.dataset.latest === address) return;
  image.dataset.latest = address;
  const next = new Image();
  next.onload = () => {
    if (image.dataset.latest === address) image.src = address;
  };
  next.src = address;
}

function showBeat(list, scene, beat) {
  const figure = element(list, `[data-beat="${beat.index}"]`, () => {
    const created = made("figure");
    created.dataset.beat = beat.index;
    return created;
  });
  const image = element(figure, "img", () => made("img"));
  image.alt = `${scene.name}, last frame of the beat ${beat.name}`;
  showPicture(image, `/media/${beat.still}`);
  const caption = element(figure, "figcaption", () => made("figcaption", { className: "quiet" }));
  caption.textContent = beat.heading;
  const video = figure.querySelector("video");
  const address = beat.clip === null ? "" : `/media/${beat.clip}`;
  if (!address) {
    if (video) video.remove();
  } else if (!video || video.dataset.latest !== address) {
    const clip = made("video", { src: address, muted: true, loop: true, controls: true });
    clip.autoplay = !still;
    clip.playsInline = true;
    clip.dataset.latest = address;
    clip.setAttribute("aria-label", `${scene.name}, clip of the beat ${beat.name}`);
    if (video) video.replaceWith(clip);
    else figure.append(clip);
  }
  return figure;
}

function showScene(parent, scene) {
  const section = element(parent, `[data-scene="${CSS.escape(scene.name)}"]`, () => {
    const created = made("section");
    created.dataset.scene = scene.name;
    created.append(made("h2"), made("div", { className: "problem" }), made("div", { className: "stills" }));
    created.children[1].setAttribute("role", "alert");
    return created;
  });
  section.classList.toggle("failed", Boolean(scene.error));
  section.classList.toggle("alone", scene.beats.length === 1);
  section.children[0].textContent = scene.title || scene.name;
  showError(section.children[1], scene.error);
  const figures = scene.beats.map((beat) => showBeat(section.children[2], scene, beat));
  for (const figure of [...section.children[2].children]) if (!figures.includes(figure)) figure.remove();
  figures.forEach((figure, index) => {
    if (section.children[2].children[index] !== figure)
      section.children[2].insertBefore(figure, section.children[2].children[index]);
  });
  return section;
}

function show(preview) {
  const parent = document.getElementById("scenes");
  showError(document.getElementById("problem"), preview.error);
  const sections = preview.scenes.map((scene) => showScene(parent, scene));
  for (const section of [...parent.children]) if (!sections.includes(section)) section.remove();
  sections.forEach((section, index) => {
    if (parent.children[index] !== section) parent.insertBefore(section, parent.children[index]);
  });
  const drawing = preview.scenes.filter((scene) => scene.drawing).map((scene) => scene.name);
  const failed = preview.error || preview.scenes.some((scene) => scene.error);
  document.getElementById("status").textContent = drawing.length
    ? `drawing ${drawing.join(", ")}`
    : failed ? "stopped at an error; it is drawn again when you save" : "up to date";
}

const source = new EventSource("/events");
source.onmessage = (event) => show(JSON.parse(event.data));
source.onerror = () => {
  document.getElementById("status").textContent = "lecture watch has ended; start it again";
};
