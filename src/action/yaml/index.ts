/** A bundle of its own, `dist/yaml/index.js`: only repositories that have a config file need the parser. */
export { parseYaml } from '../../config/yaml.ts'
