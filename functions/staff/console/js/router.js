// Addresses after the "#": `#/reports?status=received`, `#/reports/CS-7K3M-9XQ4`.

const routes = [];
let show = () => {};

export function route(pattern, page) {
  routes.push({ parts: pattern.split("/"), page });
}

export function here() {
  const [path, search = ""] = location.hash.replace(/^#\/?/, "").split("?");
  return { path, query: Object.fromEntries(new URLSearchParams(search)) };
}

export function href(path, query = {}) {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
  return `#/${path}${search ? `?${search}` : ""}`;
}

export function go(path, query) {
  const target = href(path, query);
  if (location.hash === target) show();
  else location.hash = target;
}

// Change the address without a new page: a filter that is typed letter by letter.
export function replace(path, query) {
  history.replaceState(null, "", href(path, query));
}

export function start(render) {
  show = () => {
    const { path, query } = here();
    for (const { parts, page } of routes) {
      const given = path.split("/");
      if (given.length !== parts.length) continue;
      const values = {};
      const fits = parts.every((part, n) => {
        if (!part.startsWith(":")) return part === given[n];
        values[part.slice(1)] = decodeURIComponent(given[n]);
        return true;
      });
      if (fits) return render(page, values, query);
    }
    return go("reports");
  };
  addEventListener("hashchange", show);
  show();
}
