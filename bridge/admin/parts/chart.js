// One chart: lines over the last 15 minutes, and a slider over it by which moments are read.

const WINDOW = 900; // seconds that it shows
const WIDTH = 300, HEIGHT = 92; // in its own units

const chart = (title, form, lines) => {
  const value = make("b"), label = make("span");
  const key = make("span", {}, title);
  for (const line of lines.slice(1)) {
    key.append("  ", make("span", { class: `key ${line.look}`, "aria-hidden": "true" }), line.name);
  }
  const shades = draw("g"), cursor = draw("path", { class: "cursor", d: "" });
  const area = draw("path", { class: "area", d: "" });
  const paths = lines.map((line) => draw("path", { class: `line ${line.look}`, d: "" }));
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    shades, draw("path", { class: "axis", d: `M0 ${HEIGHT}H${WIDTH}M0 0H${WIDTH}` }), area, ...paths, cursor);
  const slider = make("input", { type: "range", min: 0, max: WINDOW, step: 5 });
  slider.value = WINDOW;
  const most = make("span");
  const node = make("figure", {}, make("figcaption", {}, key, make("span", {}, label, value)),
    make("div", { class: "plot" }, svg, slider),
    make("div", { class: "scale" }, make("span", {}, "−15 min"), most, make("span", {}, "now")));
  let data = { at: [], doing: [], columns: lines.map(() => []) };
  let reading = false;

  const words = (index) => lines
    .map((line, which) => (which ? `${line.name} ` : "") + known(data.columns[which][index], form)).join(", ");
  const read = () => {
    const last = data.at.length - 1;
    const asked = (data.at[last] || 0) - WINDOW + Number(slider.value);
    let index = last;
    if (reading) index = data.at.findIndex((at) => at >= asked - 2.6);
    const found = index >= 0 && (!reading || data.at[index] <= asked + 5.1);
    put(label, reading && last >= 0 ? `${clock(found ? data.at[index] : asked)} ` : "");
    put(value, found ? words(index) : "–");
    set(slider, "aria-valuetext", found ? `${clock(data.at[index])}: ${words(index)}` : "nothing known");
    set(cursor, "d", reading ? `M${(slider.value / WINDOW) * WIDTH} 0V${HEIGHT}` : "");
  };
  const begin = () => { reading = true; read(); };
  const end = () => { if (document.activeElement !== slider) { reading = false; slider.value = WINDOW; read(); } };
  slider.addEventListener("input", begin);
  slider.addEventListener("focus", () => { if (slider.matches(":focus-visible")) begin(); });
  slider.addEventListener("blur", () => { reading = false; slider.value = WINDOW; read(); });
  slider.addEventListener("pointermove", (event) => {
    const box = slider.getBoundingClientRect();
    slider.value = ((event.clientX - box.left) / box.width) * WINDOW;
    begin();
  });
  slider.addEventListener("pointerleave", () => { slider.blur(); end(); });

  const show = (service, at) => {
    data = { at, doing: service.doing, columns: lines.map((line) => service[line.column]) };
    const highest = Math.max(0, ...data.columns.flat().filter((number) => number !== null));
    const top = highest || 1, first = (at[at.length - 1] || 0) - WINDOW;
    const x = (index) => (((at[index] - first) / WINDOW) * WIDTH).toFixed(1);
    const y = (number) => (HEIGHT - (number / top) * (HEIGHT - 4)).toFixed(1);
    paths.forEach((path, which) => set(path, "d", outline(data.columns[which], x, y)));
    set(area, "d", shaded(data.columns[0], x, y));
    shade(shades, service.doing, x);
    put(most, highest ? `most ${form(highest)}` : "");
    set(slider, "aria-label", `${title} of ${nameOf(service)}, the last 15 minutes, at most ${form(highest)}`);
    read();
  };
  return { node, show };
};
const outline = (column, x, y) => {
  let path = "", pen = "M";
  column.forEach((number, index) => {
    if (number === null) { pen = "M"; return; }
    path += `${pen}${x(index)} ${y(number)}`;
    // A single value between two unknown ones is still seen.
    if (pen === "M") path += "h0.8";
    pen = "L";
  });
  return path;
};
const shaded = (column, x, y) => {
  if (column.length < 2 || column.includes(null)) return "";
  const last = column.length - 1;
  return `M${x(0)} ${HEIGHT}` + column.map((number, index) => `L${x(index)} ${y(number)}`).join("") + `L${x(last)} ${HEIGHT}Z`;
};
const shade = (group, doing, x) => {
  const spans = [];
  doing.forEach((what, index) => {
    if (!TROUBLE.has(what)) return;
    const from = Number(index ? x(index - 1) : x(index)), to = Number(x(index));
    const before = spans[spans.length - 1];
    if (before && before[1] >= from) before[1] = to;
    else spans.push([from, to]);
  });
  children(group, spans.length, () => draw("rect", { class: "shade", y: 0, height: HEIGHT }));
  spans.forEach(([from, to], index) => {
    set(group.children[index], "x", from);
    set(group.children[index], "width", Math.max(1, to - from));
  });
};
