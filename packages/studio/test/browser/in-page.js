// Runs in the page before its own scripts: hooks for what the tests measure and the page does not expose.

/** Audio from the microphone and to the speaker: pieces of samples, each with its first frame. */
const heard = { microphone: [], loudspeaker: [] };
const rates = {};
const connect = AudioNode.prototype.connect;

/** Records the audio of a node, unnoticed by the page. */
async function tap(node, place) {
  rates[place] = node.context.sampleRate;
  await node.context.audioWorklet.addModule('/tap.js');
  const listener = new AudioWorkletNode(node.context, 'tap', { numberOfOutputs: 0 });
  listener.port.onmessage = ({ data }) => heard[place].push(data);
  connect.call(node, listener);
}

AudioNode.prototype.connect = function (to, ...rest) {
  if (to instanceof AudioDestinationNode) void tap(this, 'loudspeaker');
  else if (this instanceof MediaStreamAudioSourceNode && to instanceof AudioWorkletNode)
    void tap(this, 'microphone');
  return connect.call(this, to, ...rest);
};

/** Sample rate of a recording, in Hz. */
window.rateAt = (place) => rates[place];

/** Simulates a browser without 8 kHz contexts, or one that cannot connect a microphone to them. */
window.refuse8kHz = (what) => {
  if (what === 'microphone') {
    const create = AudioContext.prototype.createMediaStreamSource;
    AudioContext.prototype.createMediaStreamSource = function (stream) {
      if (this.sampleRate === 8000) throw new DOMException('different sample-rate', 'NotSupportedError');
      return create.call(this, stream);
    };
    return;
  }
  window.AudioContext = class extends AudioContext {
    constructor(options) {
      if (options?.sampleRate === 8000) throw new DOMException('sampleRate', 'NotSupportedError');
      super(options);
    }
  };
};

/** The recording so far: 16-bit samples as base64. */
window.heardAt = (place) => {
  const pieces = heard[place];
  const [at = 0, last = []] = pieces.at(-1) ?? [];
  const all = new Int16Array(at + last.length);
  for (const [from, samples] of pieces)
    for (let i = 0; i < samples.length; i += 1) all[from + i] = Math.round(samples[i] * 0x7fff);
  let text = '';
  for (const byte of new Uint8Array(all.buffer)) text += String.fromCharCode(byte);
  return btoa(text);
};

/** Blocks the main thread for 250 ms of each second. */
window.keepBusy = () => {
  setInterval(() => {
    const until = performance.now() + 250;
    while (performance.now() < until);
  }, 1000);
};

/** Scrolls an element from top to end, one step per frame. Returns the most rows that the document held at once. */
window.scrollThrough = (selector, frames) =>
  new Promise((resolve) => {
    const element = document.querySelector(selector);
    const step = (element.scrollHeight - element.clientHeight) / frames;
    let maxRows = 0;
    let frame = 0;
    element.scrollTop = 0;
    const next = () => {
      maxRows = Math.max(maxRows, element.querySelectorAll('[data-testid="row"]').length);
      element.scrollTop += step;
      frame += 1;
      if (frame <= frames) requestAnimationFrame(next);
      else resolve(maxRows);
    };
    requestAnimationFrame(next);
  });
