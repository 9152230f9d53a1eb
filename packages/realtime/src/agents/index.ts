export { HooklineRealtimeTransport, type HooklineRealtimeTransportOptions } from './transport.js';
