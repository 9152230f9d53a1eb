import type { EventEntity } from '@hookline/protocol';
import { durationToMs, type MediaOffer } from '@hookline/protocol/light';
import { printJson } from '../message/print-json.js';
import type { SkimmedClientMessage, SkimmedServerMessage } from '../message/skim-message.js';
import { latency, seconds } from './cells.js';

/** The main content of a client message in a few words; empty if the type suffices. */
export function describeClientMessage(message: SkimmedClientMessage): string {
  switch (message.type) {
    case 'open': {
      const { media, language, inputVariables } = message.parameters;
      const inputs = Object.keys(inputVariables ?? {}).length;
      return words(describeOffers(media), language, inputs > 0 && `inputs:${inputs}`);
    }
    case 'close':
      return message.parameters.reason;
    case 'ping':
      return message.parameters.rtt === undefined ? '' : `rtt ${roundTrip(message.parameters.rtt)}`;
    case 'error': {
      const { code, message: text, retryAfter } = message.parameters;
      return words(String(code), text, retryAfter !== undefined && `retry after ${span(retryAfter)}`);
    }
    case 'resumed':
    case 'discarded':
      return `${span(message.parameters.discarded)} lost from ${span(message.parameters.start)}`;
    case 'update':
      return message.parameters.language ?? '';
    case 'dtmf':
      return message.parameters.digit;
    case 'paused':
    case 'playback_started':
    case 'playback_completed':
      return '';
  }
}

/** The main content of a server message in a few words; empty if the type suffices. */
export function describeServerMessage(message: SkimmedServerMessage): string {
  switch (message.type) {
    case 'opened': {
      const { media, startPaused, discardTo } = message.parameters;
      return words(
        media.length === 0 ? 'no audio' : describeOffers(media),
        startPaused === true && 'paused',
        discardTo !== undefined && `discard to ${span(discardTo)}`,
      );
    }
    case 'disconnect': {
      const { reason, info, outputVariables } = message.parameters;
      return words(reason, info, describeOutputs(outputVariables));
    }
    case 'event':
      return message.parameters.entities.map(describeEntity).join(', ');
    case 'reconnect':
      return message.parameters.info ?? '';
    case 'closed':
    case 'pong':
    case 'pause':
    case 'resume':
    case 'updated':
      return '';
  }
}

function describeOffers(media: readonly MediaOffer[]): string {
  const [first] = media;
  if (!first) return 'no media';
  const rate = `${Number((first.rate / 1000).toFixed(3))}k`;
  const more = media.length > 1 && `+${media.length - 1}`;
  return words(`${first.format} ${rate} ${first.channels.join('+')}`, more);
}

function describeOutputs(outputs: Readonly<Record<string, unknown>> | undefined): string {
  const pairs = Object.entries(outputs ?? {}).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : printJson(value)}`,
  );
  return pairs.length === 0 ? '' : ` outputs: ${pairs.join(' ')}`;
}

function describeEntity(entity: EventEntity): string {
  const { type, data } = entity;
  if (type !== 'bot_turn_response' || typeof data !== 'object' || data === null) return type;
  const disposition = 'disposition' in data && data.disposition;
  const text = 'text' in data && data.text;
  if (typeof disposition !== 'string') return type;
  return words('turn', disposition, typeof text === 'string' && JSON.stringify(text));
}

function roundTrip(duration: string): string {
  const ms = durationToMs(duration);
  return ms === undefined ? duration : latency(ms);
}

function span(duration: string): string {
  const ms = durationToMs(duration);
  return ms === undefined ? duration : seconds(ms);
}

function words(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => part).join(' ');
}
