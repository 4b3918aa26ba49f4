"use strict";
(() => {
  const WINDOW = 900; // seconds that a chart shows
  const STEPS = 180;
  const FEW = 12; // partitions that are shown at first
  const SILENT = 4000; // milliseconds without news after which it is asked for
  const WIDTH = 300, HEIGHT = 92; // of a chart, in its own units
  const NEW_FEED = 15000;
  const TROUBLE = new Set(["outage", "halted"]);
  // Behind a prefix the address may lack its last slash.
  const here = location.pathname.replace(/\/?$/, "/");

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

  // Numbers and times, as a person reads them.

  const integers = new Intl.NumberFormat("en");
  const whole = (number) => integers.format(Math.round(number));
  const rate = (number) => (number && number < 9.95 ? number.toFixed(1) : whole(number)) + "/s";
  const counted = (number, noun) => `${whole(number)} ${noun}${number === 1 ? "" : "s"}`;
  const known = (value, form) => (value === null || value === undefined ? "–" : form(value));
  const bytes = (number) => {
    for (const unit of ["B", "kB", "MB"]) {
      if (number < 1000) return `${number < 10 && unit !== "B" ? number.toFixed(1) : Math.round(number)} ${unit}`;
      number /= 1000;
    }
    return `${number.toFixed(1)} GB`;
  };
  const span = (seconds) => {
    if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
    if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
    if (seconds < 120) return `${Math.round(seconds)} s`;
    if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
    if (seconds < 172800) return `${(seconds / 3600).toFixed(1)} h`;
    return `${(seconds / 86400).toFixed(1)} days`;
  };
  const clock = (time) => {
    const date = new Date(time * 1000);
    const day = date.toDateString() === new Date().toDateString() ? "" : date.toLocaleDateString("en-CA") + " ";
    return day + date.toLocaleTimeString("en-GB");
  };
  const names = (counts) =>
    Object.entries(counts).sort((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${whole(count)}`).join(", ");
  const nameOf = (service) => `${service.brand} / ${service.kind}`;

  // One chart: lines over the last 15 minutes, and a slider over it by which moments are read.

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

  // A number against its bounds.

  const gauge = (title) => {
    const name = make("span", {}, title), value = make("b"), bounds = make("span");
    const fill = make("i"), bar = make("div", { class: "bar", "aria-hidden": "true" }, fill);
    const node = make("div", { class: "gauge" }, make("div", { class: "text" }, name, value), bar,
      make("div", { class: "text" }, make("span"), bounds));
    const show = (number, form, marks, top, words) => {
      put(value, form(number));
      put(bounds, words);
      fill.style.width = `${Math.min(100, (number / top) * 100)}%`;
      children(bar, 1 + marks.length, () => make("b"));
      marks.forEach((mark, index) => { bar.children[index + 1].style.left = `${Math.min(100, (mark / top) * 100)}%`; });
    };
    return { node, show };
  };

  // A service's card.

  const FACTS = ["Delivered", "In hand", "Lag", "Oldest unsettled"];
  const COUNTS = ["Dead letters", "Retries"];
  const list = (titles) => {
    const values = titles.map(() => make("dd"));
    const node = make("dl", {}, ...titles.flatMap((title, index) => [make("dt", {}, title), values[index]]));
    return { node, show: (texts) => texts.forEach((text, index) => put(values[index], text)) };
  };
  const delays = () => {
    const head = ["Delay", "p50", "p95", "p99"].map((name) => make("th", { scope: "col" }, name));
    const body = make("tbody");
    const row = (title, each) => [title, ...[each.p50, each.p95, each.p99].map((seconds) => known(seconds, span))];
    const node = make("table", { class: "delays" }, make("thead", {}, make("tr", {}, ...head)), body);
    const show = (service) => table(body, [row("last minute", service.delay_last_minute), row("15 minutes", service.delay_last_quarter)], ["", "", "", ""]);
    return { node, show };
  };
  const card = () => {
    const title = make("h3"), state = marked(), since = make("span", { class: "since" });
    const why = make("p", { class: "why" });
    const facts = list(FACTS), counts = list(COUNTS), delay = delays(), flight = gauge("In flight");
    const charts = [
      chart("Delivered", rate, [{ column: "delivered_per_second", look: "" }, { column: "rejected_per_second", name: "rejected", look: "dashed second" }]),
      chart("Lag", whole, [{ column: "lag", look: "" }]),
      chart("Delay p50", span, [{ column: "delay_p50", look: "" }, { column: "delay_p99", name: "p99", look: "dashed upper" }]),
    ];
    const node = make("article", { class: "service" }, make("div", { class: "headline" }, title, state.node, since), why,
      make("div", { class: "inside" },
        make("div", {}, facts.node, flight.node, delay.node),
        make("div", { class: "past" }, make("div", { class: "charts" }, ...charts.map((each) => each.node)), counts.node)));

    const show = (service, report) => {
      set(node, "data-doing", service.doing);
      put(title, nameOf(service));
      state.say(service.doing, service.doing);
      put(since, TROUBLE.has(service.doing) ? `since ${clock(service.since)}, ${span(report.time - service.since)}` : "");
      put(why, reason(service));
      why.hidden = !why.textContent;
      facts.show(factsOf(service, report));
      counts.show(countsOf(service));
      delay.show(service);
      flight.show(service.in_flight, whole, [service.limit], report.concurrency,
        `limit now ${whole(service.limit)}, at most ${whole(report.concurrency)}`);
    };
    const trace = (service, at) => charts.forEach((each) => each.show(service, at));
    return { node, show, trace };
  };
  const reason = (service) => {
    if (service.doing === "halted") return service.halted;
    if (service.doing === "outage") {
      return "Omeda fails. One request is tried from time to time; nothing is lost and nothing is dead-lettered. It goes on by itself.";
    }
    if (service.doing === "waiting") return "Records are in hand and none is under way: they wait for their next attempt, or for their dead letter to be written.";
    return "";
  };
  const factsOf = (service, report) => [
    `${rate(service.delivered_per_second)}, ${whole(service.delivered)} in all`,
    counted(service.records, "record"),
    known(service.lag, whole),
    known(service.oldest_unsettled, (time) => span(Math.max(0, report.time - time))),
  ];
  const countsOf = (service) => {
    const dead = Object.values(service.dead_letters).reduce((sum, each) => sum + each, 0);
    return [dead ? `${whole(dead)}: ${names(service.dead_letters)}` : "none", names(service.retries) || "none"];
  };

  const cards = [];
  const hand = { backlog: gauge("Records"), bytes: gauge("Bytes"), flight: gauge("Requests in flight") };
  $("hand").append(...Object.values(hand).map((each) => each.node));

  // The whole page.

  let report = null, history = null, all = false, configured = null;

  const verdict = () => {
    const troubled = (doing) => report.services.filter((service) => service.doing === doing);
    const lost = report.partitions.filter((partition) => partition.lost);
    const which = (services) => services.map(nameOf).join(", ");
    if (report.state === "draining") return ["well", "Stopping: what is under way ends, then the process leaves."];
    if (troubled("halted").length) return ["halted", `Halted: ${which(troubled("halted"))}. Nothing of it is sent until that is mended; why stands below.`];
    if (troubled("outage").length) return ["outage", `Outage: ${which(troubled("outage"))}. Nothing has to be done; it goes on by itself.`];
    if (lost.length) return ["lost", `Standing still: ${lost.map((each) => `${each.topic}-${each.number}`).join(", ")}. Kafka no longer has the next records; see kafka.on_lost_offsets.`];
    if (report.state === "starting") return ["well", report.services.length ? "Joining the consumer group." : "Connecting to Kafka."];
    if (!report.partitions.length) return ["well", "Running, and owns no partitions: another process of the group may have them all."];
    return ["well", "All is well."];
  };

  const partitionRow = (each) => {
    const state = each.lost ? ["outage", "stands still"] : each.paused ? ["waiting", "paused"] : ["delivering", "reading"];
    return [`${each.topic}-${each.number}`, state, known(each.lag, whole), whole(each.records),
      known(each.oldest_unsettled, (time) => span(Math.max(0, report.time - time))), whole(each.committed), nameOf(each)];
  };
  const because = (each) => each.rules.length ? each.rules.join(", ")
    : each.errors.length ? each.errors.join(", ")
    : each.status ? `Omeda answered ${each.status}` : "it cannot be read";
  const rejectionRow = (each) => [clock(each.at), `${each.topic}-${each.partition}@${each.offset}`, each.reason,
    because(each) + (each.errors.length && each.status ? ` (${each.status})` : "")];
  const WHAT = { starting: "started", running: "joined the group", draining: "began to stop", rebalanced: "rebalance",
    outage: "outage began", halted: "halted" };
  const happeningRow = (each) => [clock(each.at), each.brand === null ? "process" : nameOf(each),
    [TROUBLE.has(each.what) ? each.what : each.what === "recovered" ? "delivering" : "",
      each.what === "recovered" ? `goes on after ${span(each.seconds)}` : WHAT[each.what]]];

  const showPartitions = () => {
    const many = report.partitions.length > FEW;
    let shown = report.partitions;
    if (many && !all) shown = [...shown].sort((a, b) => (b.lag ?? -1) - (a.lag ?? -1)).slice(0, FEW);
    else shown = [...shown].sort((a, b) => a.topic.localeCompare(b.topic) || a.number - b.number);
    table($("partitions"), shown.map(partitionRow), ["", "", "n", "n", "n", "n", ""], "none is owned");
    put($("partition-count"), many && !all ? `the ${FEW} with the most lag, of ${report.partitions.length}` : String(report.partitions.length || ""));
    $("more").hidden = !many;
    put($("more"), all ? `Show the ${FEW} with the most lag` : `Show all ${report.partitions.length} partitions`);
    set($("more"), "aria-expanded", all);
  };

  const judge = (doing, words) => {
    set($("verdict"), "data-doing", doing);
    put($("verdict"), words);
    const title = doing === "well" ? "omeda-bridge" : `${words.split(":")[0]} · omeda-bridge`;
    if (document.title !== title) document.title = title;
  };
  const showReport = () => {
    judge(...verdict());
    const facts = [report.state, `version ${report.version}`, `up ${span(report.time - report.started)}`,
      counted(report.partitions.length, "partition"), counted(report.rebalances, "rebalance")];
    if (configured) facts.splice(3, 0, `group ${configured.kafka.group_id}`);
    put($("process"), facts.join(" · "));
    children($("service-list"), report.services.length, (index) => { cards[index] = card(); return cards[index].node; });
    report.services.forEach((service, index) => cards[index].show(service, report));
    hand.backlog.show(report.backlog_records, whole, [report.backlog_low, report.backlog_high], report.backlog_high * 1.1,
      `low ${whole(report.backlog_low)}, high ${whole(report.backlog_high)}`);
    hand.bytes.show(report.backlog_bytes, bytes, [report.backlog_bytes_high], report.backlog_bytes_high * 1.1, `high ${bytes(report.backlog_bytes_high)}`);
    hand.flight.show(report.services.reduce((sum, each) => sum + each.in_flight, 0), whole, [], report.concurrency,
      `at most ${whole(report.concurrency)}`);
    showPartitions();
    table($("rejections"), report.rejections.map(rejectionRow), ["", "", "", "because"], "none since the process began");
    table($("happenings"), report.happenings.map(happeningRow), ["", "", ""], "nothing yet");
  };

  const showHistory = () => {
    if (!report || !history) return;
    report.services.forEach((service, index) => {
      const found = history.services.find((each) => each.brand === service.brand && each.kind === service.kind);
      if (found) cards[index].trace(found, history.at);
    });
  };

  const flat = (value, path = "") => {
    if (value === null || typeof value !== "object") return [[path, String(value)]];
    const list = Array.isArray(value);
    const inside = Object.entries(value).flatMap(([name, each]) => flat(each, list ? `${path}[${name}]` : path ? `${path}.${name}` : name));
    return inside.length ? inside : [[path, list ? "[]" : "{}"]];
  };
  const showConfig = () => table($("config"), flat(configured), ["", ""], "");

  // News: sent by the server as it comes; asked for where that does not work.

  let feed = null, listening = 0, fedAt = Date.now(), heard = 0, asking = false, complete = true;

  const link = (state, words) => { set($("link"), "data-link", state); put($("link-text"), words); };
  const take = (news, how) => {
    const restarted = report && report.started !== news.started;
    report = news;
    heard = Date.now();
    link(how, how === "live" ? "live" : "live, by polling");
    document.body.classList.remove("old");
    if (restarted) history = null;
    if (restarted || !configured) ask("config.json").then((found) => { configured = found; showConfig(); }, () => {});
    showReport();
    showHistory();
  };
  const remember = (more, all) => {
    if (all || !history) history = more;
    else {
      history.at = [...history.at, ...more.at].slice(-STEPS);
      more.services.forEach((service, index) => {
        for (const [name, column] of Object.entries(service)) {
          if (Array.isArray(column)) history.services[index][name] = [...history.services[index][name], ...column].slice(-STEPS);
        }
      });
    }
    showHistory();
  };
  const ask = async (path) => {
    const answer = await fetch(here + path, { cache: "no-store", signal: AbortSignal.timeout(5000) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  };
  const poll = async () => {
    asking = true;
    try {
      take(await ask("status.json"), "polling");
      remember(await ask("history.json"), true);
    } catch {
      link("lost", heard ? `no answer since ${clock(heard / 1000)}` : "no answer");
      judge("lost", "No news: this process does not answer. It may have ended, or the way to it is cut."
        + (heard ? " What stands below is how it was then." : ""));
      document.body.classList.toggle("old", heard > 0);
    }
    asking = false;
  };
  const listen = () => {
    feed = new EventSource(here + "events");
    listening = Date.now();
    feed.addEventListener("open", () => { complete = true; });
    feed.addEventListener("status", (event) => { fedAt = Date.now(); take(JSON.parse(event.data), "live"); });
    feed.addEventListener("history", (event) => {
      // The first after a connection is all that there is.
      remember(JSON.parse(event.data), complete);
      complete = false;
    });
  };
  let polled = Date.now();
  const watch = () => {
    const now = Date.now();
    // A page that nobody sees holds no connection, and asks now and then for its title's sake.
    if (document.hidden && feed) { feed.close(); feed = null; }
    const idle = !feed || feed.readyState === EventSource.CLOSED;
    if (!document.hidden && idle && now - listening > NEW_FEED) listen();
    const pause = document.hidden ? NEW_FEED : 1900;
    if (!asking && now - fedAt > (document.hidden ? NEW_FEED : SILENT) && now - polled > pause) {
      polled = now;
      poll();
    }
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { listening = 0; watch(); } });
  $("more").addEventListener("click", () => { all = !all; showPartitions(); });
  for (const each of document.querySelectorAll("[data-here]")) each.href = here + each.dataset.here;
  listen();
  setInterval(watch, 1000);
})();
