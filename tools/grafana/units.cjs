// Prints the ids of all units that Grafana knows, as JSON.
// Grafana asks for the reader's languages as soon as it is loaded.
Object.defineProperty(globalThis, 'navigator', {
  value: { languages: ['en-US'], language: 'en-US' },
});
const { getValueFormats } = require('@grafana/data');
const ids = getValueFormats().flatMap((category) => category.submenu.map((unit) => unit.value));
process.stdout.write(JSON.stringify(ids));
