// What Prometheus answered, as Grafana's data frames.
import {
  createTheme,
  type DataFrame,
  type Field,
  FieldType,
  getDisplayProcessor,
} from '@grafana/data';

export const theme = createTheme({ colors: { mode: 'light' } });

export interface Answer {
  name: string;
  metric: Record<string, string>;
  value?: [number, string];
  values?: Array<[number, string]>;
}

export interface Panel {
  id: number;
  type: string;
  title: string;
  description: string;
  gridPos: { x: number; y: number; w: number; h: number };
  options: any;
  fieldConfig: { defaults: any; overrides: any[] };
  transformations?: any[];
}

export interface Picture {
  board: { title: string; description: string; panels: Panel[] };
  answers: Record<string, Answer[]>;
  from: number;
  to: number;
}

// What Grafana's editor fills in where a dashboard says nothing.
const LINES = {
  drawStyle: 'line',
  lineInterpolation: 'linear',
  lineWidth: 1,
  fillOpacity: 0,
  gradientMode: 'none',
  showPoints: 'never',
  pointSize: 5,
  spanNulls: false,
  axisPlacement: 'auto',
  scaleDistribution: { type: 'linear' },
  stacking: { mode: 'none', group: 'A' },
  thresholdsStyle: { mode: 'off' },
};

export function displayed(field: Field): Field {
  field.display = getDisplayProcessor({ field, theme, timeZone: 'utc' });
  return field;
}

function color(panel: Panel, name: string): object {
  const own = panel.fieldConfig.overrides.find((one) => one.matcher.options === name);
  return own?.properties[0].value ?? panel.fieldConfig.defaults.color ?? { mode: 'palette-classic' };
}

function custom(panel: Panel): object {
  const own = panel.fieldConfig.defaults.custom ?? {};
  return { ...LINES, ...own, stacking: { group: 'A', ...(own.stacking ?? LINES.stacking) } };
}

export function frameOf(panel: Panel, answer: Answer, place: number): DataFrame {
  const points = answer.values ?? [];
  const time = displayed({
    name: 'Time',
    type: FieldType.time,
    config: {},
    values: points.map(([at]) => at * 1000),
  });
  const value = displayed({
    name: answer.name,
    type: FieldType.number,
    config: {
      ...panel.fieldConfig.defaults,
      displayName: answer.name,
      color: color(panel, answer.name),
      custom: custom(panel),
    },
    values: points.map(([, text]) => (text === 'NaN' ? null : Number(text))),
    state: { seriesIndex: place, displayName: answer.name },
  });
  return { name: answer.name, length: points.length, fields: [time, value] };
}

// The columns that a table's transformations leave, the largest value first.
export function tableOf(panel: Panel, answers: Answer[]): DataFrame {
  const { indexByName, renameByName } = panel.transformations![1].options;
  const names = Object.keys(indexByName).sort((a, b) => indexByName[a] - indexByName[b]);
  const rows = [...answers].sort((a, b) => Number(b.value![1]) - Number(a.value![1]));
  const fields = names.map((name) => {
    const counts = name === 'Value';
    return displayed({
      name: renameByName[name] ?? name,
      type: counts ? FieldType.number : FieldType.string,
      config: counts ? panel.fieldConfig.defaults : {},
      values: rows.map((row) => (counts ? Number(row.value![1]) : row.metric[name])),
    });
  });
  return { length: rows.length, fields };
}
