import { folderOf, inFolder } from '../paths.ts'
import { byValueOfFile } from '../plan/risk.ts'
import type { FolderEntry } from '../ports/source-reader.ts'
import type { ChangedFile, PullRequestSnapshot } from '../pull-request.ts'
import { foldersToList } from '../surroundings/neighbours.ts'
import { foldersAt, helpfulPlace, placeAt, type Reading, readPlaces, textsAt } from './read-places.ts'

/** What a change stands on: the base's own rules, and the head around the change. */
export type Ground = {
  readonly attributes: readonly { readonly folder: string; readonly text: string }[]
  /** Text of the repository's config file; null where it has none. */
  readonly config: string | null
  /** At the head, of changed files and of the guesses that were right. */
  readonly texts: ReadonlyMap<string, string>
  /** Listings of folders that changed files stand in, at the head. */
  readonly folders: ReadonlyMap<string, readonly FolderEntry[]>
  /** Texts at the head of what was sought; null for what is not there. */
  readonly sought: ReadonlyMap<string, string | null>
}

// Together these fit into one GraphQL request.
const mostAttributeFiles = 30
const mostFoldersListed = 12
const mostHeadTexts = 150

/**
 * One look at everything of which the place is known, or guessed, before the code around the change has been seen.
 * `guesses`: paths of files that may be there, beside the change; `sought`: of files that must be looked at. Throws where the base's own rules cannot be read: they say
 * what must not be sent.
 */
export async function readGround(
  { baseSha, headSha, files }: Pick<PullRequestSnapshot, 'baseSha' | 'headSha' | 'files'>,
  configFile: string,
  guesses: readonly string[],
  sought: readonly string[],
  reading: Reading,
): Promise<Ground> {
  const paths = files.map(({ path }) => path)
  const attributes = attributeFiles(paths).map((path) => placeAt(baseSha, path))
  const config = placeAt(baseSha, configFile)
  const folders = foldersToList(paths, mostFoldersListed).map((path) => helpfulPlace(headSha, path))
  const texts = [...mostValuable(files), ...guesses].map((path) => helpfulPlace(headSha, path))
  const wanted = sought.map((path) => placeAt(headSha, path))
  const seen = await readPlaces([...attributes, config, ...folders, ...texts, ...wanted], reading)
  return {
    attributes: [...textsAt(attributes, seen)].map(([path, text]) => ({ folder: folderOf(path), text })),
    config: textsAt([config], seen).get(configFile) ?? null,
    texts: textsAt(texts, seen),
    folders: foldersAt(folders, seen),
    sought: new Map(
      wanted.flatMap((place): [string, string | null][] => {
        const source = seen.get(place)
        if (source == null) return [[place.path, null]]
        return source.kind === 'text' ? [[place.path, source.text]] : []
      }),
    ),
  }
}

function mostValuable(files: readonly ChangedFile[]): readonly string[] {
  const changed = byValueOfFile(files.filter(hasTextAround))
  return changed.slice(0, mostHeadTexts).map(({ path }) => path)
}

/** New files are shown whole, removed ones are not there any more. */
function hasTextAround({ status, patch }: ChangedFile): boolean {
  return patch !== null && status !== 'added' && status !== 'removed'
}

/** In the root and in every folder above a changed file, the highest first. */
function attributeFiles(paths: readonly string[]): readonly string[] {
  const folders = new Set([''])
  for (const path of paths)
    for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) folders.add(folder)
  const depth = (folder: string) => (folder === '' ? 0 : folder.split('/').length)
  const highest = [...folders].toSorted((a, b) => depth(a) - depth(b)).slice(0, mostAttributeFiles)
  return highest.map((folder) => inFolder(folder, '.gitattributes'))
}
