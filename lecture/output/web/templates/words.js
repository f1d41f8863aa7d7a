// The spoken word lights up in its line of the transcript. The words of a line are no tab stops: a
// click on a word seeks its time, and so do the arrow keys in a line that has the focus.
const PAUSE = 0.5; // seconds for which the last word before a pause stays lit

// Return the time of the word that an element shows, if it shows one.
function wordAt(element) {
  const word = element.closest("[data-word]");
  return word ? Number(word.dataset.word) : undefined;
}

function lightWords(video, box, seek) {
  const words = [...box.querySelectorAll("[data-word]")].map((element) =>
    ({ element, start: Number(element.dataset.word), end: Number(element.dataset.end) }));
  if (!words.length) return;
  let lit = [];
  function light() {
    const now = video.currentTime;
    const last = words.findLast(({ start }) => start <= now);
    const start = last && now < last.end + PAUSE ? last.start : null;
    if (lit[0]?.start !== (start ?? undefined)) {
      for (const { element } of lit) element.classList.remove("spoken");
      // Words that are spoken as one, such as those of a number, begin at the same time.
      lit = words.filter((word) => word.start === start);
      for (const { element } of lit) element.classList.add("spoken");
    }
    if (!video.paused && !video.ended) requestAnimationFrame(light);
  }
  for (const name of ["play", "seeked"]) video.addEventListener(name, light);
  box.addEventListener("keydown", (event) => {
    const line = event.target.closest("a[data-start]");
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!line || !step || event.ctrlKey || event.metaKey || event.altKey) return;
    const starts = [...new Set(words.filter(({ element }) => line.contains(element)).map(({ start }) => start))];
    if (!starts.length) return;
    event.preventDefault();
    const current = starts.indexOf(lit[0]?.start);
    seek(starts[Math.min(Math.max(current + step, 0), starts.length - 1)]);
  });
}
