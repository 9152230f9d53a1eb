// Runs in the page before the page's own scripts do: what tests need to know that the page need not tell.

/** What came from the microphone and what went to the loudspeaker: pieces of samples, and the frame each begins at. */
const heard = { microphone: [], loudspeaker: [] };
const rates = {};
const connect = AudioNode.prototype.connect;

/** Listens to what is connected there, without the page knowing of it. */
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

/** How many samples a second those of a place are. */
window.rateAt = (place) => rates[place];

/** Takes away the contexts of 8 kHz, or what connects a microphone to them, as browsers do. */
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

/** What was heard so far at a place: 16-bit samples as base64. */
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

/** Keeps the thread of the page busy for 250 ms of each second. */
window.keepBusy = () => {
  setInterval(() => {
    const until = performance.now() + 250;
    while (performance.now() < until);
  }, 1000);
};

/** Scrolls an element from its top to its end, a piece each frame. Returns how long each frame took, in milliseconds. */
window.scrollThrough = (selector, frames) =>
  new Promise((resolve) => {
    const element = document.querySelector(selector);
    const step = (element.scrollHeight - element.clientHeight) / frames;
    const took = [];
    let last;
    element.scrollTop = 0;
    const next = (now) => {
      if (last !== undefined) took.push(now - last);
      last = now;
      element.scrollTop += step;
      if (took.length < frames) requestAnimationFrame(next);
      else resolve(took);
    };
    requestAnimationFrame(next);
  });
