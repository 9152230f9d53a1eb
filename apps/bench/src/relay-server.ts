import { WebSocket, WebSocketServer } from 'ws';
import { reportFact, SPEECH_URL } from './settings.js';

// The baseline of a bridge: a bare relay between two `ws` sockets, a call and a speech service, without checks or pacing.
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });

server.on('connection', (socket) => {
  const service = new WebSocket(SPEECH_URL, { perMessageDeflate: false });
  let seq = 0;
  const send = (message: { id: string; seq: number }, type: string, parameters: object) => {
    seq += 1;
    const to = { version: '2', id: message.id, type, seq, clientseq: message.seq, parameters };
    socket.send(JSON.stringify(to));
  };
  service.on('message', (data) => {
    const event = JSON.parse(String(data));
    if (event.type === 'response.output_audio.delta') socket.send(Buffer.from(event.delta, 'base64'));
  });
  socket.on('close', () => service.close());
  socket.on('message', (data, isBinary) => {
    if (isBinary && Buffer.isBuffer(data)) {
      if (service.readyState !== WebSocket.OPEN) return;
      service.send(`{"type":"input_audio_buffer.append","audio":"${data.toString('base64')}"}`);
      return;
    }
    const message = JSON.parse(String(data));
    if (message.type === 'open') {
      send(message, 'opened', { startPaused: false, media: message.parameters.media.slice(0, 1) });
    } else if (message.type === 'ping') send(message, 'pong', {});
    else if (message.type === 'close') send(message, 'closed', {});
  });
});
server.on('listening', () => {
  const address = server.address();
  if (typeof address === 'object' && address) reportFact({ url: `ws://127.0.0.1:${address.port}` });
});
