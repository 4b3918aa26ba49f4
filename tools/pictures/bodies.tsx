// What stands within the frame of a panel, by the panel's type.
import { dateTime, FieldType, formattedValueToString, type TimeRange } from '@grafana/data';
import { BigValue, TimeSeries, VizLegend } from '@grafana/ui';
import { type Answer, displayed, frameOf, type Panel, tableOf, theme } from './frames';

interface Body {
  panel: Panel;
  answers: Answer[];
  range: TimeRange;
  width: number;
  height: number;
}

export function rangeOf(from: number, to: number): TimeRange {
  const ends = { from: dateTime(from * 1000), to: dateTime(to * 1000) };
  return { ...ends, raw: ends };
}

// Two lines: what is beyond them is cut off as a whole.
const LEGEND_HEIGHT = 52;

function Graph({ panel, answers, range, width, height }: Body) {
  const frames = answers.map((answer, place) => frameOf(panel, answer, place));
  const items = frames.map((frame) => ({
    label: frame.name!,
    color: theme.visualization.getColorByName(
      frame.fields[1].config.color?.fixedColor ?? palette(frame.fields[1].state!.seriesIndex!),
    ),
    yAxis: 1,
  }));
  return (
    <>
      <TimeSeries
        frames={frames}
        timeRange={range}
        timeZone="utc"
        legend={{ ...panel.options.legend, showLegend: false }}
        width={width}
        height={height - LEGEND_HEIGHT}
      />
      <div style={{ height: LEGEND_HEIGHT, overflow: 'hidden', padding: '2px 8px' }}>
        <VizLegend displayMode={'list' as any} placement="bottom" items={items} />
      </div>
    </>
  );
}

function palette(place: number): string {
  const { palette: colors } = theme.visualization;
  return colors[place % colors.length];
}

function Stat({ panel, answers, width, height }: Body) {
  const field = displayed({
    name: panel.title,
    type: FieldType.number,
    config: panel.fieldConfig.defaults,
    values: [],
  });
  const value = field.display!(Number(answers[0]?.value?.[1]));
  return (
    <BigValue
      value={value}
      theme={theme}
      width={width}
      height={height}
      colorMode={panel.options.colorMode}
      graphMode={panel.options.graphMode}
      justifyMode={panel.options.justifyMode}
    />
  );
}

// Grafana's state timeline is no part of its components: these bands are this program's.
function States({ panel, answers, range, height }: Body) {
  const [from, to] = [range.from.valueOf(), range.to.valueOf()];
  const names = panel.fieldConfig.defaults.mappings[0].options;
  const shade = (text: string) => theme.visualization.getColorByName(names[text]?.color ?? 'gray');
  const place = (at: number) => ((at * 1000 - from) / (to - from)) * 100;
  const step = 2;
  const items = Object.keys(names).map((text) => ({
    label: names[text].text,
    color: shade(text),
    yAxis: 1,
  }));
  return (
    <div style={{ padding: 8, height, fontSize: 12 }}>
      {answers.map((answer) => (
        <div key={answer.name} style={{ display: 'flex', margin: '6px 0', alignItems: 'center' }}>
          <div style={{ width: 130 }}>{answer.name}</div>
          <div style={{ position: 'relative', flex: 1, height: 26 }}>
            {answer.values!.map(([at, text]) => (
              <div
                key={at}
                style={{
                  position: 'absolute',
                  left: `${place(at)}%`,
                  width: `${place(from / 1000 + step) + 0.05}%`,
                  height: 26,
                  background: shade(text),
                }}
              />
            ))}
          </div>
        </div>
      ))}
      <VizLegend displayMode={'list' as any} placement="bottom" items={items} />
    </div>
  );
}

function Rows({ panel, answers, height }: Body) {
  const { fields, length } = tableOf(panel, answers);
  const line = { borderBottom: `1px solid ${theme.colors.border.weak}`, padding: '4px 8px' };
  return (
    <div style={{ height, overflow: 'hidden' }}>
      <table style={{ width: '100%', fontSize: 12 }}>
        <thead>
          <tr>
            {fields.map((field) => (
              <th key={field.name} style={{ ...line, color: theme.colors.primary.text }}>
                {field.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length }, (_, row) => (
            <tr key={row}>
              {fields.map((field) => (
                <td key={field.name} style={line}>
                  {formattedValueToString(field.display!(field.values[row]))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export const BODIES: Record<string, (body: Body) => React.ReactNode> = {
  stat: Stat,
  timeseries: Graph,
  'state-timeline': States,
  table: Rows,
};
