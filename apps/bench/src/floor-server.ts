import { type WebSocket, WebSocketServer } from 'ws';
import { reportFact, type ServerTask, settingsOf } from './settings.js';

// The baseline: a bare ws server that sends the required answers and checks nothing.
const { task } = settingsOf<{ task: ServerTask }>();
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });

server.on('connection', (socket) => {
  let seq = 0;
  const send = (to: WebSocket, message: { id: string; seq: number }, type: string, parameters: object) => {
    seq += 1;
    to.send(JSON.stringify({ version: '2', id: message.id, type, seq, clientseq: message.seq, parameters }));
  };
  socket.on('message', (data, isBinary) => {
    if (isBinary) {
      if (task === 'echo') socket.send(data);
      return;
    }
    const message = JSON.parse(String(data));
    if (message.type === 'open') {
      send(socket, message, 'opened', { startPaused: false, media: message.parameters.media.slice(0, 1) });
    } else if (message.type === 'ping') send(socket, message, 'pong', {});
    else if (message.type === 'close') send(socket, message, 'closed', {});
  });
});
server.on('listening', () => {
  const address = server.address();
  if (typeof address === 'object' && address) reportFact({ url: `ws://127.0.0.1:${address.port}` });
});
