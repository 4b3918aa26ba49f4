// A service's card, and a number against its bounds.

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
