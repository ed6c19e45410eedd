import { posix } from 'node:path'
import type { Guesses } from './import-guesses.ts'
import { folderOf, nameOf } from '../paths.ts'

type Groups = readonly (string | undefined)[]

/** `github.com/acme/shop/internal/db` is `internal/db/`: three segments name the module, or a folder we stand in. */
export function goFolder([target = '']: Groups, path: string): Guesses {
  const segments = target.split('/')
  const own = path.split('/')[0] ?? ''
  const at = path.includes('/') ? segments.indexOf(own) : -1
  const isHosted = (segments[0] ?? '').includes('.')
  const folder = at >= 0 ? segments.slice(at) : isHosted ? segments.slice(3) : []
  return { guesses: folder.length === 0 ? [] : [`${folder.join('/')}/`], isRelative: false }
}

export function rustModule([module = '']: Groups, path: string): Guesses {
  const folder = rustFolder(path)
  return {
    guesses: [posix.join(folder, `${module}.rs`), posix.join(folder, module, 'mod.rs')],
    isRelative: true,
  }
}

/** `crate::cart::Cart` is in `src/cart.rs`, `crate::cart::price::of` in `src/cart/price.rs`. */
export function rustUse([target = '']: Groups, path: string): Guesses {
  const [first, ...rest] = (target.split('{')[0] ?? '').split('::').map((segment) => segment.trim())
  const modules = rest.slice(0, 6).filter((segment) => /^[a-z]\w*$/.test(segment) && segment !== 'super')
  const source = /^(.*?\bsrc)\//.exec(path)?.[1] ?? 'src'
  const root = first === 'crate' ? source : first === 'self' ? rustFolder(path) : folderOf(rustFolder(path))
  const files = [modules, modules.slice(0, -1)]
    .filter(({ length }) => length > 0)
    .map((segments) => {
      return `${posix.join(root, ...segments)}.rs`
    })
  return { guesses: [...files, ...files.map((file) => file.replace(/\.rs$/, '/mod.rs'))], isRelative: true }
}

/** Where the modules stand that a file declares. */
function rustFolder(path: string): string {
  const isRoot = /^(?:mod|lib|main)\.rs$/.test(nameOf(path))
  return isRoot ? folderOf(path) : path.replace(/\.rs$/, '')
}

export function jvmFiles([target = '', all]: Groups, path: string, text: string): Guesses {
  const own = /^[ \t]*package[ \t]+([\w.]+)/m.exec(text)?.[1]?.split('.') ?? []
  const segments = target.split('.')
  if (own.length === 0 || segments[0] !== own[0] || (own.length > 1 && segments[1] !== own[1])) {
    return { guesses: [], isRelative: false }
  }
  const classAt = segments.findIndex((segment) => /^[A-Z]/.test(segment))
  const found = placeInSources(own, folderOf(path), classAt < 0 ? segments : segments.slice(0, classAt + 1))
  if (found === null) return { guesses: [], isRelative: false }
  const extension = path.slice(path.lastIndexOf('.'))
  const isFolder = all !== undefined && classAt < 0
  return { guesses: [isFolder ? `${found}/` : found + extension], isRelative: true }
}

export function phpFiles([target = '']: Groups, path: string, text: string): Guesses {
  const own = /^[ \t]*namespace[ \t]+([\w\\]+)/m.exec(text)?.[1]?.split('\\') ?? []
  const found = own.length === 0 ? null : placeInSources(own, folderOf(path), target.split('\\'))
  return { guesses: found === null ? [] : [`${found}.php`], isRelative: true }
}

/**
 * A namespace ends like the folder it is in: seen from `App\Http` in `app/Http`, `App\Models\User` is
 * `app/Models/User`.
 */
function placeInSources(own: readonly string[], folder: string, target: readonly string[]): string | null {
  const folders = folder.split('/')
  let same = 0
  while (same < Math.min(own.length, folders.length) && own.at(-1 - same) === folders.at(-1 - same)) same++
  const prefix = own.slice(0, own.length - same)
  if (prefix.some((segment, at) => target[at] !== segment)) return null
  return posix.join(...folders.slice(0, folders.length - same), ...target.slice(prefix.length))
}
