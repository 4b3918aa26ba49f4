// A dashboard of a page: panels where its grid says, drawn by Grafana's components.
import { ThemeContext } from '@grafana/data';
import { GlobalStyles, PanelChrome } from '@grafana/ui';
import { createRoot } from 'react-dom/client';
import { BODIES, rangeOf } from './bodies';
import { type Panel, type Picture, theme } from './frames';

const WIDTH = 1400;
const COLUMNS = 24;
const UNIT = 32; // tests/deploy/dashboards/pictures.py has it, too
const GAP = 8;

function place({ gridPos: { x, y, w, h } }: Panel) {
  const column = (WIDTH - GAP) / COLUMNS;
  return {
    left: GAP + x * column,
    top: UNIT + y * UNIT,
    width: w * column - GAP,
    height: h * UNIT - GAP,
  };
}

function Page({ board, answers, from, to }: Picture) {
  const range = rangeOf(from, to);
  return (
    <div style={{ background: theme.colors.background.canvas, width: WIDTH, height: 6000 }}>
      <div style={{ position: 'absolute', left: GAP, top: 6, fontSize: 16 }}>{board.title}</div>
      {board.panels.map((panel) => {
        const at = place(panel);
        if (panel.type === 'row') {
          const heading = { position: 'absolute', ...at, fontWeight: 500 } as const;
          return (
            <div key={panel.id} style={heading}>
              {panel.title}
            </div>
          );
        }
        const Body = BODIES[panel.type];
        return (
          <div key={panel.id} style={{ position: 'absolute', left: at.left, top: at.top }}>
            <PanelChrome title={panel.title} width={at.width} height={at.height} padding="none">
              {(width, height) => (
                <Body {...{ panel, range, width, height }} answers={answers[panel.id]} />
              )}
            </PanelChrome>
          </div>
        );
      })}
    </div>
  );
}

declare global {
  interface Window {
    picture: Picture;
  }
}

createRoot(document.getElementById('root')!).render(
  <ThemeContext.Provider value={theme}>
    <GlobalStyles />
    <Page {...window.picture} />
  </ThemeContext.Provider>,
);
