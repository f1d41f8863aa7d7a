// Copy a text, and return whether that is done.
async function copy(text) {
  // The clipboard API is missing or denied on pages that are opened as files.
  try { await navigator.clipboard.writeText(text); return true; } catch { }
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}
