// The whole page.

const FEW = 12; // partitions that are shown at first

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
