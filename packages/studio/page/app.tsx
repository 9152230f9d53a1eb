import { useEffect, useRef } from 'preact/hooks';
import { CallPanel } from './call/call-panel.js';
import { Announcer } from './panels/announcer.js';
import { Banners } from './panels/banners.js';
import { ChecksPanel } from './panels/checks-panel.js';
import { DialForm } from './panels/dial-form.js';
import { Header } from './panels/header.js';
import { HistoryPanel } from './panels/history-panel.js';
import { KeyHelp } from './panels/key-help.js';
import { SidePanel } from './panels/side-panel.js';
import { keepFocus } from './state/focus-keeper.js';
import { listenForKeys } from './state/shortcuts.js';
import type { Studio } from './state/studio.js';

/** The whole page. */
export function App({ studio }: { studio: Studio }) {
  useEffect(() => listenForKeys(studio), [studio]);
  useEffect(() => listenForFiles(studio), [studio]);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => (root.current ? keepFocus(root.current) : undefined), []);
  const call = studio.live.value ?? studio.shown.value;
  // After the Call button is pressed, scripts must not read the outcome of the previous call.
  const attempt = studio.attempt.value;
  const outcome = attempt === undefined ? call?.outcome.value : undefined;
  const state =
    attempt === undefined ? (call?.shownState.value ?? 'idle') : attempt === 'pending' ? 'dialing' : 'idle';
  return (
    <div
      ref={root}
      class="studio"
      data-testid="call"
      data-call-state={state}
      data-activity={attempt === undefined ? call?.activity.value : undefined}
      data-path={outcome?.path}
      data-error-type={outcome?.errorType}
      data-output-count={outcome?.outputs ? Object.keys(outcome.outputs).length : undefined}
      data-tab={studio.tab.value}
      data-pane={studio.pane.value}
    >
      <Header studio={studio} />
      <Banners studio={studio} />
      {studio.tab.value === 'call' && (
        <main class="call-view">
          <aside class="pane pane-dial" aria-label="Dial">
            <DialForm studio={studio} />
          </aside>
          <CallPanel studio={studio} />
          <SidePanel studio={studio} />
        </main>
      )}
      {studio.tab.value === 'checks' && <ChecksPanel studio={studio} />}
      {studio.tab.value === 'history' && <HistoryPanel studio={studio} />}
      <KeyHelp studio={studio} />
      <Announcer studio={studio} />
    </div>
  );
}

/** Opens files dropped anywhere on the page. Returns an unsubscribe function. */
function listenForFiles(studio: Studio): () => void {
  const onDragOver = (event: DragEvent) => event.preventDefault();
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) void studio.openDroppedFile(file);
  };
  document.addEventListener('dragover', onDragOver);
  document.addEventListener('drop', onDrop);
  return () => {
    document.removeEventListener('dragover', onDragOver);
    document.removeEventListener('drop', onDrop);
  };
}
