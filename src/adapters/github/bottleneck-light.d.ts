/** The build without Redis that plugin-throttling uses; it ships without types of its own. */
declare module 'bottleneck/light.js' {
  export { default } from 'bottleneck'
}
