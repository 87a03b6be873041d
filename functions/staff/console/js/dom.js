// Building the page: elements are made, never parsed from text, so that nothing a citizen wrote becomes markup.

const SVG = "http://www.w3.org/2000/svg";

// An element with its attributes, listeners (`onclick`) and children. `null` and `false` children are left out.
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  set(element, attributes);
  element.append(...flat(children));
  return element;
}

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  set(element, attributes);
  element.append(...flat(children));
  return element;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" && "value" in element) element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
}

function flat(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

// Replace what an element holds.
export function fill(element, ...children) {
  element.replaceChildren(...flat(children));
  return element;
}

const PATHS = {
  inbox: "M4 5h16v14H4zM4 14h4.500l1.500 2h4l1.500-2H20",
  phone: "M6 4h4l1.500 4.500L9 10a12 12 0 0 0 5 5l1.500-2.500L20 14v4a2 2 0 0 1-2.200 2A15 15 0 0 1 4 6.200 2 2 0 0 1 6 4z",
  chart: "M5 20V11M12 20V4M19 20v-6",
  plug: "M9 3v5M15 3v5M7 8h10v3a5 5 0 0 1-10 0zM12 16v5",
  search: "M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zM20 20l-4.800-4.800",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  close: "M6 6l12 12M18 6L6 18",
  pencil: "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3",
  check: "M5 12.500l4.500 4.500L19 7.500",
  alert: "M12 4l9 16H3zM12 10v4M12 17v.5",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.500l3 1.500",
  user: "M12 4.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7zM5 20c.5-4 3.500-6 7-6s6.500 2 7 6",
  send: "M4 12l16-8-5 16-3.500-6.500z",
  download: "M12 4v11M7.500 11l4.500 4.500 4.500-4.500M5 20h14",
  pin: "M12 21s-6.500-6-6.500-11a6.500 6.500 0 0 1 13 0c0 5-6.500 11-6.500 11zM12 7.800a2.200 2.200 0 1 0 0 4.400 2.200 2.200 0 0 0 0-4.400z",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-2.500 4 3.500M15.500 8.500h.1",
  video: "M4 6h11v12H4zM15 11l5-3v8l-5-3",
  audio: "M12 4a3 3 0 0 0-3 3v4a3 3 0 0 0 6 0V7a3 3 0 0 0-3-3zM6 11a6 6 0 0 0 12 0M12 17v3",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  link: "M10 14a4 4 0 0 0 6 .4l2.500-2.500a4 4 0 0 0-5.700-5.700L11.500 7.500M14 10a4 4 0 0 0-6-.4l-2.500 2.500a4 4 0 0 0 5.700 5.700l1.300-1.300",
  refresh: "M19 12a7 7 0 1 1-2-4.900M19 4v4h-4",
  help: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM9.800 9.700a2.300 2.300 0 1 1 3.300 2.100c-.8.4-1.100.9-1.100 1.700M12 16.300v.2",
  moon: "M19 14.500A7.500 7.500 0 1 1 9.500 5a6 6 0 0 0 9.500 9.500z",
  exit: "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
  filter: "M4 6h16M7 12h10M10 18h4",
  star: "M12 4l2.400 5.200 5.600.700-4.200 3.900 1.100 5.600L12 16.600l-4.900 2.800 1.100-5.600L4 9.900l5.600-.700z",
  book: "M5 5a2 2 0 0 1 2-2h12v15H7a2 2 0 0 0-2 2zM5 20a2 2 0 0 0 2 1h12v-3",
  news: "M4 5h13v14H6a2 2 0 0 1-2-2zM17 9h3v8a2 2 0 0 1-2 2M7.500 9h6M7.500 12.500h6M7.500 16h3",
  eye: "M3 12c2.500-4.500 5.600-6.500 9-6.500s6.500 2 9 6.500c-2.500 4.500-5.600 6.500-9 6.500S5.500 16.500 3 12zM12 9.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z",
  shield: "M12 3l7.500 3v5.500c0 4.500-3 7.800-7.500 9.500-4.500-1.700-7.500-5-7.500-9.500V6z",
  columns: "M4 5h16v14H4zM12 5v14",
  upload: "M12 16V5M7.500 9.500L12 5l4.500 4.500M5 20h14",
  minus: "M6 12h12",
  plus: "M6 12h12M12 6v12",
  note: "M5 4h14v11l-5 5H5zM14 20v-5h5M8.500 9h7M8.500 12.500h4",
};

// A drawn sign; it says nothing to a screen reader, the text beside it does.
export function icon(name) {
  return svg(
    "svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: PATHS[name] }),
  );
}

export function button(label, options = {}) {
  const { sign, kind = "", ...attributes } = options;
  return h("button", { type: "button", class: `button ${kind}`, ...attributes }, sign && icon(sign), h("span", {}, label));
}

// A button that shows only its sign.
export function iconButton(label, sign, attributes = {}) {
  return h("button", { type: "button", class: "button quiet square", "aria-label": label, title: label, ...attributes }, icon(sign));
}

// A labelled control. `hint` stands below and is read with it.
let serial = 0;
export function field(label, control, hint) {
  control.id ||= `field-${(serial += 1)}`;
  const note = hint && h("small", { id: `${control.id}-hint`, class: "hint" }, hint);
  if (note) control.setAttribute("aria-describedby", note.id);
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control, note);
}

export function select(options, value, attributes = {}) {
  const element = h("select", attributes, options.map(([id, label]) => h("option", { value: id }, label)));
  element.value = value ?? "";
  return element;
}

// Say something for a few seconds; errors stay until they are closed.
export function toast(message, { error = false } = {}) {
  const box = document.getElementById("toasts");
  const item = h("div", { class: error ? "toast error" : "toast", "data-testid": "toast" }, icon(error ? "alert" : "check"), h("span", {}, message));
  const drop = () => item.remove();
  if (error) item.append(iconButton("×", "close", { onclick: drop }));
  else setTimeout(drop, 5000);
  box.append(item);
  while (box.children.length > 4) box.firstChild.remove();
}
