import {
  AUDIO_HEADER_BYTES,
  AUDIO_KIND,
  type BridgeMessage,
  SUBPROTOCOL,
  TOKEN_PREFIX,
} from '../../src/messages.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

/** How long to wait before the socket is opened again after it was lost, in milliseconds. */
const RETRY_MS = 2000;
/** Audio that may wait in the socket, in bytes: 200 ms. What the microphone says meanwhile is left out. */
const MAX_BUFFERED_BYTES = 200 * 16;

/**
 * Holds the socket to the bridge. Audio goes from here to the worklets and back by ports of their own, so that a page
 * whose thread is busy neither hears nor says gaps.
 */
const scope: {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
} = self;

let socket: WebSocket | undefined;
let speaker: MessagePort | undefined;
/** Samples that the microphone has recorded since it was started. */
let recordedSamples = 0;

function connect(url: string, token: string): void {
  const connection = new WebSocket(url, [SUBPROTOCOL, TOKEN_PREFIX + token]);
  connection.binaryType = 'arraybuffer';
  connection.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data === 'string') {
      const message: BridgeMessage = JSON.parse(data);
      scope.postMessage({ kind: 'message', message });
    } else forwardToSpeaker(data);
  };
  connection.onopen = () => scope.postMessage({ kind: 'link', state: 'open' });
  connection.onclose = () => {
    scope.postMessage({ kind: 'link', state: 'lost' });
    setTimeout(connect, RETRY_MS, url, token);
  };
  socket = connection;
}

function forwardToSpeaker(frame: ArrayBuffer): void {
  if (new Uint8Array(frame)[0] !== AUDIO_KIND.bot) return;
  const samples = frame.slice(AUDIO_HEADER_BYTES);
  speaker?.postMessage(samples, [samples]);
}

function sendMicrophone(samples: ArrayBuffer): void {
  const position = recordedSamples;
  recordedSamples += samples.byteLength / 2;
  if (socket?.readyState !== WebSocket.OPEN || socket.bufferedAmount > MAX_BUFFERED_BYTES) return;
  const frame = new Uint8Array(AUDIO_HEADER_BYTES + samples.byteLength);
  frame[0] = AUDIO_KIND.mic;
  new DataView(frame.buffer).setUint32(4, position, true);
  frame.set(new Uint8Array(samples), AUDIO_HEADER_BYTES);
  socket.send(frame);
}

scope.onmessage = ({ data }) => {
  switch (data.kind) {
    case 'open':
      connect(data.url, data.token);
      break;
    case 'send':
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(data.message));
      break;
    case 'speaker':
      speaker = data.port;
      break;
    case 'microphone':
      recordedSamples = 0;
      data.port.onmessage = (event: MessageEvent<ArrayBuffer>) => sendMicrophone(event.data);
      break;
  }
};
