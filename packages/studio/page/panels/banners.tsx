import type { ComponentChildren } from 'preact';
import { MAX_PAGES } from '../../src/limits.js';
import { showControls } from '../../src/show-controls.js';
import type { Studio } from '../state/studio.js';
import { Icon } from './icons.js';

/** Errors that are not about a form field, with what to do. */
export function Banners({ studio }: { studio: Studio }) {
  const microphone = studio.audio.fault.value;
  return (
    <>
      {studio.linkState.value === 'lost' && (
        <Banner state="studio-disconnected">
          {studio.tokenMissing || studio.tokenRejected.value ? (
            <>
              {studio.tokenRejected.value && 'The token of this page does not belong to the running studio. '}
              This page needs the complete URL that <code>hookline studio</code> printed, with the token at
              its end.
            </>
          ) : studio.tooManyPages.value ? (
            <>{MAX_PAGES} pages are already open: close one of them. This page connects as soon as it may.</>
          ) : (
            <>
              The studio does not respond. Is <code>hookline studio</code> still running? This page reconnects
              automatically; after a restart, open the URL that the command prints.
            </>
          )}
        </Banner>
      )}
      {microphone !== undefined && (
        <Banner state={microphone}>
          {microphone === 'mic-denied'
            ? 'The browser may not use the microphone. Allow it in the address bar, or call with:'
            : 'The browser found no microphone. Call with:'}
          <span class="banner-actions">
            {(['wav', 'tone', 'silence'] as const).map((kind) => (
              <button
                key={kind}
                type="button"
                class="button"
                data-testid={`instead-${kind}`}
                onClick={() => void studio.chooseCaller(kind)}
              >
                {kind === 'wav' ? 'a WAV file' : kind === 'tone' ? 'a tone' : 'silence'}
              </button>
            ))}
          </span>
        </Banner>
      )}
      {studio.error.value !== undefined && (
        <Banner
          state="trouble"
          dismiss={() => {
            studio.error.value = undefined;
          }}
        >
          {showControls(studio.error.value)}
        </Banner>
      )}
    </>
  );
}

interface BannerProps {
  readonly state: string;
  readonly dismiss?: () => void;
  readonly children: ComponentChildren;
}

function Banner({ state, dismiss, children }: BannerProps) {
  return (
    <div class="banner" role="alert" data-testid="banner" data-state={state}>
      <Icon name="warn" />
      <div class="banner-text">{children}</div>
      {dismiss && (
        <button type="button" class="button square" aria-label="Dismiss" onClick={dismiss}>
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
