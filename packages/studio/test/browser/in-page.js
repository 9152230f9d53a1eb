// Runs in the page before the page's own scripts do: what tests need to know that the page need not tell.

/** What came from the microphone and what went to the loudspeaker: pieces of samples, and the frame each begins at. */
const heard = { microphone: [], loudspeaker: [] };
const connect = AudioNode.prototype.connect;

/** Listens to what is connected there, without the page knowing of it. */
async function tap(node, place) {
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
