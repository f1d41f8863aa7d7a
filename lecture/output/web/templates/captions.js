// Captions are shown below the picture, where they hide nothing of it. In the video itself they are
// hidden, until its own menu is asked for them.
function captionBelow(video, box) {
  const track = [...video.textTracks].find(({ kind }) => kind === "captions");
  if (!track) return;
  track.mode = "hidden";
  const show = () => {
    const cues = track.mode === "hidden" ? [...(track.activeCues ?? [])] : [];
    box.textContent = cues.map((cue) => cue.getCueAsHTML().textContent).join(" ");
  };
  track.addEventListener("cuechange", show);
  video.textTracks.addEventListener("change", show);
}
