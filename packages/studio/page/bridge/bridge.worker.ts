import {
  AUDIO_HEADER_BYTES,
  AUDIO_KIND,
  type BridgeMessage,
  SUBPROTOCOL,
  TOKEN_PREFIX,
} from '../../src/messages.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

/** Delay before reconnecting after the socket was lost, in milliseconds. */
const RETRY_MS = 2000;
/** Unsent audio in the socket, in bytes (200 ms), above which microphone audio is dropped. */
const MAX_BUFFERED_BYTES = 200 * 16;

/**
 * Holds the socket to the bridge. Audio passes between here and the worklets over dedicated ports, so that a busy main thread
 * causes no gaps.
 */
const scope: {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
} = self;

let socket: WebSocket | undefined;
let speaker: MessagePort | undefined;
/** Samples recorded since the microphone was started. */
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
