export type { WebRtcVadMode } from './fvad.js';
export { createWebRtcVad, type WebRtcVad, type WebRtcVadOptions } from './webrtc.js';
