import { computed, signal } from '@preact/signals';
import type { CallerChoice, DialMessage, IntegrationFields, Welcome } from '../../src/messages.js';
import type { Launch } from '../bridge/launch.js';

export type CallerKind = CallerChoice['kind'];
export type Pair = readonly [name: string, value: string];

/** A WAV file that was uploaded to the bridge. */
export interface ChosenWav {
  readonly id: string;
  readonly name: string;
  readonly durationMs: number;
}

/** The fields of the form that show an error message. */
const FORM_FIELDS = [
  'name',
  'connectorId',
  'inputs',
  'outputs',
  'baseUri',
  'apiKey',
  'clientSecret',
  'caller',
  'frameMs',
  'language',
  'ani',
  'dnis',
] as const;
export type FormField = (typeof FORM_FIELDS)[number];

export function isFormField(field: string | undefined): field is FormField {
  return FORM_FIELDS.some((name) => name === field);
}

/** State of the call form: the integration, the action of the flow, and the caller. */
export class CallForm {
  readonly integrationName = signal('Audio Connector');
  readonly baseUri = signal('');
  readonly apiKey = signal('');
  readonly clientSecret = signal('');
  readonly actionName = signal('Call Audio Connector');
  readonly connectorId = signal('');
  readonly inputs = signal<readonly Pair[]>([]);
  /** Whether all outputs are assigned to variables; otherwise only those in `outputs`. */
  readonly allOutputs = signal(true);
  readonly outputs = signal<readonly string[]>([]);
  readonly caller = signal<CallerKind>('mic');
  readonly wav = signal<ChosenWav | undefined>(undefined);
  readonly frameMs = signal<200 | 20>(200);
  readonly language = signal('');
  readonly ani = signal('');
  readonly dnis = signal('');
  /** Whether the caller uses headphones. Echo cancellation, which changes the microphone audio, is off then. */
  readonly headphones = signal(true);
  readonly microphone = signal('');
  /** Which credentials the command was started with; an empty field stands for them. */
  readonly launchCredentials = signal<Pick<Welcome['launch'], 'hasApiKey' | 'hasClientSecret'>>({
    hasApiKey: false,
    hasClientSecret: false,
  });
  /** Error messages by field name, from the bridge or from validation here. */
  readonly faults = signal<{ readonly [field in FormField]?: string }>({});

  readonly integration = computed<IntegrationFields>(() => ({
    name: this.integrationName.value,
    baseUri: this.baseUri.value.trim(),
    ...(this.apiKey.value !== '' && { apiKey: this.apiKey.value }),
    ...(this.clientSecret.value !== '' && { clientSecret: this.clientSecret.value }),
  }));

  /** Fills in the values of the command line and of the link, except the caller. */
  prefill(launch: Welcome['launch'], link: Launch): void {
    this.launchCredentials.value = launch;
    if (this.baseUri.value === '') this.baseUri.value = link.baseUri ?? launch.baseUri;
    if (this.connectorId.value === '') this.connectorId.value = link.connectorId ?? launch.connectorId;
  }

  /** The message to dial; undefined if a field is invalid, in which case `faults` is set. */
  dialMessage(): DialMessage | undefined {
    const caller = this.callerChoice();
    const faults: { [field in FormField]?: string } = {};
    if (this.baseUri.value.trim() === '')
      faults.baseUri = 'Enter the Base Connection URI of the integration, such as wss://bots.example/v1.';
    if (!caller) faults.caller = 'Choose a WAV file, or another caller.';
    this.faults.value = faults;
    if (!caller || Object.keys(faults).length > 0) return undefined;
    return { ...this.#action(), type: 'dial', integration: this.integration.value, caller };
  }

  /** The message to dial a built-in bot, with the caller of the form. */
  builtInDialMessage(bot: string): DialMessage {
    this.faults.value = {};
    const caller = this.callerChoice() ?? { kind: 'silence' };
    return { ...this.#action(), type: 'dial', integration: 'builtin', connectorId: bot, caller };
  }

  callerChoice(): CallerChoice | undefined {
    const kind = this.caller.value;
    if (kind !== 'wav') return { kind };
    return this.wav.value && { kind, id: this.wav.value.id };
  }

  #action() {
    const conversation = {
      ...(this.ani.value !== '' && { ani: this.ani.value }),
      ...(this.dnis.value !== '' && { dnis: this.dnis.value }),
    };
    return {
      actionName: this.actionName.value,
      connectorId: this.connectorId.value.trim(),
      inputs: this.inputs.value.filter(([name]) => name !== ''),
      outputs: this.allOutputs.value ? ('all' as const) : this.outputs.value.filter((name) => name !== ''),
      frameMs: this.frameMs.value,
      ...(this.language.value !== '' && { language: this.language.value }),
      conversation,
    };
  }
}
