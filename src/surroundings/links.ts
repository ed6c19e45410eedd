import { importsOf } from './imports.ts'
import { type Language, languageOf } from './languages.ts'
import { folderOf, inFolder, nameOf } from '../paths.ts'
import type { TextIndex } from './text-index.ts'
import { shortestWord } from './word-filter.ts'

/** How one file comes to know what another defines. */
export type Link = 'same' | 'import' | 'folder'

/** Languages in which files of one folder see each other without an import. */
export const sharesFolder: ReadonlySet<Language> = new Set(['go', 'jvm', 'csharp', 'swift', 'sql'])

export type Links = (from: string, to: string) => Link | null

/** Reads the imports of a file when they are first asked for, and only where it speaks of the other's name at all. */
export function linksBetween(texts: ReadonlyMap<string, string>, index: TextIndex): Links {
  const importsFrom = remembered((path) => importedBy(path, texts.get(path) ?? ''))
  const waysTo = remembered((path) => ({
    speakers: new Set(wordsFor(path).flatMap((word) => index.pathsMaybeWith(word))),
    doors: doorsTo(path),
  }))
  const linksOf = remembered((from) =>
    remembered((to): Link | null => {
      const { speakers, doors } = waysTo(to)
      if (speakers.has(from) && doors.some((door) => importsFrom(from).has(door))) return 'import'
      return folderOf(from) === folderOf(to) && sharesFolder.has(languageOf(to)) ? 'folder' : null
    }),
  )
  return (from, to) => (from === to ? 'same' : linksOf(from)(to))
}

function remembered<Found>(find: (path: string) => Found): (path: string) => Found {
  const known = new Map<string, { readonly found: Found }>()
  return (path) => {
    const entry = known.get(path) ?? { found: find(path) }
    known.set(path, entry)
    return entry.found
  }
}

function importedBy(path: string, text: string): ReadonlySet<string> {
  const guesses = importsOf(path, text).flatMap((one) => one.guesses)
  return new Set(languageOf(path) === 'c' ? [...guesses, ...guesses.map(withoutExtension)] : guesses)
}

/** What may stand in an import for this file: itself, its folder, the folder's file that passes it on, its header. */
function doorsTo(path: string): readonly string[] {
  const folder = folderOf(path)
  const passOn = ['index.ts', 'index.js', '__init__.py', 'mod.rs'].map((name) => inFolder(folder, name))
  return [path, `${folder}/`, ...passOn, withoutExtension(path)]
}

/** Of these an import of the file has one: the last word of its name or of its folder's. */
function wordsFor(path: string): readonly string[] {
  const names = [withoutExtension(nameOf(path)), nameOf(folderOf(path))]
  return names.flatMap((name) => name.split(/[^\w$]+/).findLast((word) => word.length >= shortestWord) ?? [])
}

function withoutExtension(path: string): string {
  return path.replace(/\.\w+$/, '')
}
