// Articles of an official account.
import { get } from "./api.js";
import { h } from "./dom.js";
import { date } from "./format.js";
import { openSheet } from "./sheet.js";

export async function showNews(oa) {
  const articles = await get(`/sim/articles?oa=${encodeURIComponent(oa.key)}`);
  const body = articles.map((article) => h("button.news", { type: "button", "data-testid": "news-item", onclick: () => readArticle(article.link_view, article.title) },
    article.thumb && h("img", { src: article.thumb, alt: "", loading: "lazy", onerror: (event) => event.target.remove() }),
    h("span", {}, h("b", {}, article.title), h("small", {}, date(article.create_date)))));
  openSheet("Bài viết", [h("div.sheet-body", {}, body.length ? body : h("p.empty", {}, "Chưa có bài viết nào."))], { tall: true });
}

export function readArticle(address, title) {
  openSheet(title, [h("iframe.reader", { src: new URL(address, location.href).pathname, title, sandbox: "allow-same-origin" })], { tall: true, testid: "article-sheet" });
}
