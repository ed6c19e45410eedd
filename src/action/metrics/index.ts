/** A bundle of its own, `dist/metrics/index.js`: who pushes no metrics does not load prom-client. */
export { Pusher } from '../../adapters/prometheus/pusher.ts'
