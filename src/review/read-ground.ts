import { folderOf, inFolder } from '../paths.ts'
import { byValueOfFile } from '../plan/risk.ts'
import type { Logger } from '../ports/logger.ts'
import type { FolderEntry, Place, Source, SourceReader, WantedPlace } from '../ports/source-reader.ts'
import type { ChangedFile, PullRequestSnapshot } from '../pull-request.ts'
import { foldersToList } from '../surroundings/neighbours.ts'

/** What reads the repository, and when it has to stop. */
export type Reading = {
  readonly sources: SourceReader
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** What a change stands on: the base's own rules, and the head around the change. */
export type Ground = {
  readonly attributes: readonly { readonly folder: string; readonly text: string }[]
  /** Text of the repository's config file; null where it has none. */
  readonly config: string | null
  /** At the head, of changed files and of the guesses that were right. */
  readonly texts: ReadonlyMap<string, string>
  /** Listings of folders that changed files stand in, at the head. */
  readonly folders: ReadonlyMap<string, readonly FolderEntry[]>
}

// Together these fit into one GraphQL request.
const mostAttributeFiles = 30
const mostFoldersListed = 12
const mostHeadTexts = 150

/**
 * One look at everything of which the place is known, or guessed, before the code around the change has been seen.
 * `guesses`: paths of files that may be there, beside the change. Throws where the base's own rules cannot be read: they say
 * what must not be sent.
 */
export async function readGround(
  { baseSha, headSha, files }: Pick<PullRequestSnapshot, 'baseSha' | 'headSha' | 'files'>,
  configFile: string,
  guesses: readonly string[],
  { sources, signal }: Reading,
): Promise<Ground> {
  const paths = files.map(({ path }) => path)
  const places = {
    attributes: foldersAbove(paths).map((folder) => at(baseSha, inFolder(folder, '.gitattributes'))),
    config: [at(baseSha, configFile)],
    folders: foldersToList(paths, mostFoldersListed).map((folder) => helpful(headSha, folder)),
    texts: [...mostValuable(files), ...guesses].map((path) => helpful(headSha, path)),
  }
  const all = [...places.attributes, ...places.config, ...places.folders, ...places.texts]
  const read = await sources.read(all, signal)
  const found = new Map(all.map((place, index) => [place, read[index] ?? null]))
  return {
    attributes: texts(places.attributes, found).map(([path, text]) => ({ folder: folderOf(path), text })),
    config: texts(places.config, found)[0]?.[1] ?? null,
    texts: new Map(texts(places.texts, found)),
    folders: new Map(
      places.folders.flatMap((place) => {
        const source = found.get(place)
        return source?.kind === 'folder' ? [[place.path, source.entries] as const] : []
      }),
    ),
  }
}

function texts(places: readonly Place[], found: ReadonlyMap<Place, Source | null>): [string, string][] {
  return places.flatMap((place): [string, string][] => {
    const source = found.get(place)
    return source?.kind === 'text' ? [[place.path, source.text]] : []
  })
}

function mostValuable(files: readonly ChangedFile[]): readonly string[] {
  const changed = byValueOfFile(files.filter(hasTextAround))
  return changed.slice(0, mostHeadTexts).map(({ path }) => path)
}

/** New files are shown whole, removed ones are not there any more. */
function hasTextAround({ status, patch }: ChangedFile): boolean {
  return patch !== null && status !== 'added' && status !== 'removed'
}

/** The root and every folder above a changed file, the highest first: they may hold attributes. */
function foldersAbove(paths: readonly string[]): readonly string[] {
  const folders = new Set([''])
  for (const path of paths)
    for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) folders.add(folder)
  const depth = (folder: string) => (folder === '' ? 0 : folder.split('/').length)
  return [...folders].toSorted((a, b) => depth(a) - depth(b)).slice(0, mostAttributeFiles)
}

function at(commit: string, path: string): WantedPlace {
  return { commit, path }
}

function helpful(commit: string, path: string): WantedPlace {
  return { commit, path, helpful: true }
}
