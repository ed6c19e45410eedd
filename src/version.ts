/** As in package.json, which the bundle does not contain; a test holds them together. */
export const version = '1.0.0'
