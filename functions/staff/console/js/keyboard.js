// Keys of the desk. None acts while somebody types, or with Ctrl, Alt or Meta held.

const bound = new Map();

// Bind keys of a page; returns what unbinds them.
export function keys(actions) {
  for (const [key, act] of Object.entries(actions)) bound.set(key, act);
  return () => {
    for (const [key, act] of Object.entries(actions)) if (bound.get(key) === act) bound.delete(key);
  };
}

export function listen() {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "Escape" && typing) {
      typing.blur();
      return;
    }
    if (typing || document.querySelector("dialog[open]")) return;
    const act = bound.get(event.key);
    if (!act) return;
    event.preventDefault();
    act(event);
  });
}
