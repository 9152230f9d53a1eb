import type { IntegrationFlags } from '../options/integration.js';

/** The options of `hookline call`, as commander reads them. */
export interface CallFlags extends IntegrationFlags {
  readonly baseUri?: string;
  readonly connectorId?: string;
  readonly conversationId?: string;
  readonly ani?: string;
  readonly aniName?: string;
  readonly dnis?: string;
  readonly language?: string;
  readonly input?: readonly string[];
  readonly inputsJson?: string;
  readonly output?: readonly string[];
  readonly wav?: readonly string[];
  readonly tone?: string;
  readonly silence?: boolean;
  readonly gain: string;
  readonly noise?: string;
  readonly turnGap: string;
  readonly dtmf?: readonly string[];
  readonly bargeIn?: readonly string[];
  readonly hangupAfter?: string;
  readonly idleHangup?: string;
  readonly media: string;
  readonly frameMs: string;
  readonly limits: string;
  readonly lateOpened: string;
  readonly expectPath?: string;
  readonly expectCause?: string;
  readonly expectErrorType?: string;
  readonly expectFirstAudio?: string;
  readonly strict?: boolean;
  readonly expectOutput?: readonly string[];
  readonly record?: string;
  readonly out?: string;
  readonly trace?: string;
  readonly ladder?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
}
