import type { CallerKind } from '../state/call-form.js';
import type { Studio } from '../state/studio.js';
import { Disclosure } from './disclosure.js';
import { ChoiceField, Field, TextField } from './fields.js';

const CALLERS: readonly (readonly [CallerKind, string])[] = [
  ['mic', 'Microphone'],
  ['wav', 'WAV file'],
  ['tone', 'Tone, 440 Hz'],
  ['silence', 'Silence'],
];

/** The caller's audio source, and the conversation data that Genesys Cloud sends to the bot. */
export function CallerFields({ studio }: { studio: Studio }) {
  const { form } = studio;
  const kind = form.caller.value;
  const { caller: fault, frameMs, language, ani, dnis } = form.faults.value;
  return (
    <>
      <ChoiceField
        label="Audio source"
        name="caller"
        value={kind}
        choices={CALLERS}
        onChoose={(chosen) => void studio.chooseCaller(chosen)}
        fault={fault}
      />
      {kind === 'wav' && <WavField studio={studio} />}
      {kind === 'mic' && <MicrophoneFields studio={studio} />}
      <ChoiceField
        label="Frames"
        name="frame-ms"
        value={form.frameMs.value === 20 ? '20' : '200'}
        choices={[
          ['200', '200 ms, as Genesys Cloud'],
          ['20', '20 ms: low latency, unlike Genesys Cloud'],
        ]}
        onChoose={(chosen) => {
          form.frameMs.value = chosen === '20' ? 20 : 200;
        }}
        fault={frameMs}
      />
      <Disclosure class="more" summary="Conversation" faults={[language, ani, dnis]}>
        <TextField
          label="Language of the flow"
          name="language"
          value={form.language}
          placeholder="en-US"
          fault={language}
        />
        <TextField
          label="Caller’s number (ANI)"
          name="ani"
          value={form.ani}
          mono
          placeholder="+15550001"
          fault={ani}
        />
        <TextField
          label="Called number (DNIS)"
          name="dnis"
          value={form.dnis}
          mono
          placeholder="+18000002"
          fault={dnis}
        />
      </Disclosure>
    </>
  );
}

function WavField({ studio }: { studio: Studio }) {
  const { wav } = studio.form;
  const hint = wav.value
    ? `${wav.value.name}, ${(wav.value.durationMs / 1000).toFixed(1)} s. Played once, then silence.`
    : 'Any sample rate, mono or stereo.';
  return (
    <Field label="WAV file" name="wav" hint={hint}>
      <input
        id="field-wav"
        data-testid="field-wav"
        type="file"
        accept=".wav,audio/wav"
        aria-describedby="hint-wav"
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file) void studio.chooseWav(file);
        }}
      />
    </Field>
  );
}

function MicrophoneFields({ studio }: { studio: Studio }) {
  const { form, audio } = studio;
  const devices = audio.devices.value.map(({ deviceId, label }) => [deviceId, label] as const);
  return (
    <>
      {devices.length > 1 && (
        <ChoiceField
          label="Device"
          name="device"
          value={form.microphone.value}
          choices={[['', 'System default'], ...devices.filter(([id]) => id !== 'default')]}
          onChoose={(chosen) => {
            form.microphone.value = chosen;
            void studio.changeCaller();
          }}
        />
      )}
      <label class="tick">
        <input
          type="checkbox"
          data-testid="headphones"
          checked={form.headphones.value}
          onChange={({ currentTarget }) => {
            form.headphones.value = currentTarget.checked;
            void studio.changeCaller();
          }}
        />
        I use headphones
      </label>
      {!form.headphones.value && (
        <p class="hint">
          The browser removes the bot’s voice from the microphone, which changes your voice slightly.
        </p>
      )}
    </>
  );
}
