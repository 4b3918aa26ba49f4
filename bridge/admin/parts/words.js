// Numbers and times, as a person reads them.

const TROUBLE = new Set(["outage", "halted"]);

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
