// Building and changing the document: nothing is touched that is the same already.

const $ = (id) => document.getElementById(id);
const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };
const set = (node, name, value) => {
  if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
};
const filled = (node, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};
const make = (tag, attributes = {}, ...children) =>
  filled(document.createElement(tag), attributes, children);
const draw = (tag, attributes = {}, ...children) =>
  filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
const marked = () => {
  const text = make("span");
  const node = make("span", { class: "doing" }, make("span", { class: "mark", "aria-hidden": "true" }), text);
  return { node, say: (doing, words) => { set(node, "data-doing", doing); put(text, words); } };
};
const children = (parent, count, build) => {
  while (parent.children.length > count) parent.lastElementChild.remove();
  while (parent.children.length < count) parent.append(build(parent.children.length));
};

const table = (body, rows, looks, nothing) => {
  if (!rows.length) {
    body.replaceChildren(make("tr", {}, make("td", { class: "empty", colspan: looks.length }, nothing)));
    return;
  }
  if (body.querySelector(".empty")) body.replaceChildren();
  children(body, rows.length, () => make("tr", {}, ...looks.map((look) => make("td", look ? { class: look } : {}))));
  rows.forEach((row, index) => row.forEach((cell, column) => {
    const place = body.children[index].children[column];
    if (!Array.isArray(cell)) { put(place, cell); return; }
    if (!place.state) { place.state = marked(); place.replaceChildren(place.state.node); }
    place.state.say(...cell);
  }));
};
