import { posix } from 'node:path'
import { goFolder, jvmFiles, phpFiles, rustModule, rustUse } from './module-guesses.ts'
import type { Language } from './languages.ts'
import { folderOf } from '../paths.ts'

export type Guesses = { readonly guesses: readonly string[]; readonly isRelative: boolean }

/** A form of import: what it looks like, and where the file is that it names. */
export type Guesser = {
  /** Goes over the text once: bounded in what it may repeat, and nothing that crosses lines at their start. */
  readonly pattern: RegExp
  /** From the groups of the pattern, the path of the file that imports, and its text. */
  readonly guess: (groups: readonly (string | undefined)[], path: string, text: string) => Guesses
}

const table: { readonly [language in Language]?: readonly Guesser[] } = {
  js: [
    {
      pattern:
        /^[ \t]*(?:import\b|export[ \t]+(?:type[ \t]+)?[*{])(?:[^'"`;]{0,1000}?\bfrom)?[ \t]*['"]([^'"\n]+)['"]/gm,
      guess: scriptFiles,
    },
    { pattern: /\b(?:require|import)\([ \t]*['"]([^'"\n]+)['"]/g, guess: scriptFiles },
  ],
  python: [
    {
      pattern: /^[ \t]*from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+(\([^)]{0,1000}\)|[^\n#]+)/gm,
      guess: pythonFiles,
    },
    { pattern: /^[ \t]*import[ \t]+()([\w.]+)/gm, guess: pythonFiles },
  ],
  go: [{ pattern: /^[ \t]*(?:import[ \t]+)?(?:[\w.]+[ \t]+)?"([\w.\-/]+)"[ \t]*$/gm, guess: goFolder }],
  rust: [
    { pattern: /^[ \t]*(?:pub(?:\([\w: ]*\))?[ \t]+)?mod[ \t]+(\w+)[ \t]*;/gm, guess: rustModule },
    {
      pattern: /^[ \t]*(?:pub(?:\([\w: ]*\))?[ \t]+)?use[ \t]+((?:crate|super|self)::[^;]{1,500});/gm,
      guess: rustUse,
    },
  ],
  jvm: [
    { pattern: /^[ \t]*import[ \t]+(?:static[ \t]+)?([\w.]+)(\.\*)?[ \t]*;?[ \t]*\r?$/gm, guess: jvmFiles },
  ],
  php: [
    { pattern: /^[ \t]*use[ \t]+(?:function[ \t]+|const[ \t]+)?\\?([\w\\]+)/gm, guess: phpFiles },
    {
      pattern: /\b(?:require|include)(?:_once)?[ \t]*\(?[ \t]*(?:__DIR__[ \t]*\.[ \t]*)?['"]([^'"\n]+)['"]/g,
      guess: ([target], path) => beside(path, target),
    },
  ],
  c: [{ pattern: /^[ \t]*#[ \t]*include[ \t]+"([^"\n]+)"/gm, guess: includedFiles }],
  ruby: [
    {
      pattern: /^[ \t]*require_relative[ \t]*\(?[ \t]*['"]([^'"\n]+)['"]/gm,
      guess: ([target], path) => beside(path, target, '.rb'),
    },
  ],
  shell: [
    {
      pattern: /^[ \t]*(?:source|\.)[ \t]+.{0,80}?([\w-]+\.(?:ba)?sh)\b/gm,
      guess: ([target], path) => beside(path, target),
    },
  ],
}

export function guessers(language: Language): readonly Guesser[] {
  return table[language] ?? []
}

function beside(path: string, target = '', extension = ''): Guesses {
  const file = posix.join(folderOf(path), target)
  return { guesses: [file.endsWith(extension) ? file : file + extension], isRelative: true }
}

/** `./price.js` may be `price.ts`: TypeScript wants the extension of what it compiles to. */
function scriptFiles([target = '']: readonly (string | undefined)[], path: string): Guesses {
  const base = scriptBase(target.replace(/\?.*$/, ''), path)
  if (base === null) return { guesses: [], isRelative: false }
  const isRelative = target.startsWith('.')
  const isTyped = /\.(?:[cm]?ts|tsx|vue|svelte)$/.test(path)
  const compiled = /^(.*)\.([cm]?)js(x?)$/.exec(base)
  if (compiled !== null) {
    const [, stem, module, jsx] = compiled
    const typed = [`${stem}.${module}ts${jsx}`, ...(jsx === '' && module === '' ? [`${stem}.tsx`] : [])]
    return { guesses: isTyped ? [...typed, base] : [base, ...typed], isRelative }
  }
  if (/\.(?:[cm]?tsx?|vue|svelte|json|css|scss|svg)$/.test(base)) return { guesses: [base], isRelative }
  const plain = isTyped ? 'ts' : 'js'
  const isComponent = /\.(?:tsx|jsx)$/.test(path) && /\/[A-Z][^/]*$/.test(base)
  const files = [`${base}.${plain}`, `${base}/index.${plain}`, `${base}.${plain}x`]
  return { guesses: isComponent ? files.toReversed() : files, isRelative }
}

function scriptBase(target: string, path: string): string | null {
  if (target.startsWith('.')) return posix.join(folderOf(path), target)
  const source = /^(.*?\bsrc\/)/.exec(path)?.[1] ?? ''
  if (/^[@~]\//.test(target)) return source + target.slice(2)
  return target.split('/')[0] === path.split('/')[0] && target.includes('/') ? target : null
}

function pythonFiles(
  [dots = '', module = '', names = '']: readonly (string | undefined)[],
  path: string,
): Guesses {
  const segments = module.split('.').filter((segment) => segment !== '')
  const root =
    dots === ''
      ? pythonRoot(segments[0] ?? '', path)
      : posix.join(folderOf(path), '../'.repeat(dots.length - 1))
  const base = posix.join(root, ...segments)
  const imported =
    names
      .match(/\w+/g)
      ?.filter((name) => name !== 'as')
      .slice(0, 4) ?? []
  const modules = imported.map((name) => posix.join(base, `${name}.py`))
  const guesses = segments.length === 0 ? modules : [`${base}.py`, `${base}/__init__.py`, ...modules]
  return { guesses, isRelative: dots !== '' }
}

/** `app.models` seen from `server/app/views/order.py` is in `server/`. */
function pythonRoot(first: string, path: string): string {
  const folders = folderOf(path).split('/')
  const at = folders.indexOf(first)
  return at < 0 ? '' : folders.slice(0, at).join('/')
}

function includedFiles([target = '']: readonly (string | undefined)[], path: string): Guesses {
  const folder = folderOf(path)
  const headers = folder.replace(/(^|\/)(?:src|source|lib)(?=\/|$)/, '$1include')
  return {
    guesses: [posix.join(folder, target), posix.join(headers, target), target, `include/${target}`],
    isRelative: true,
  }
}
