import type { Logger } from '../ports/logger.ts'
import type { FolderEntry, Place, Source, SourceReader, WantedPlace } from '../ports/source-reader.ts'

/** What reads the repository, and when it has to stop. */
export type Reading = {
  readonly sources: SourceReader
  readonly logger: Logger
  readonly signal: AbortSignal
  /** Lets what was sent go out before more is computed. */
  readonly breathe: () => Promise<void>
}

/** What stands at places that were read; null where there is nothing to read. */
export type Seen = ReadonlyMap<Place, Source | null>

/** One look at many places. Throws as the reader does. */
export async function readPlaces(
  places: readonly WantedPlace[],
  { sources, signal }: Pick<Reading, 'sources' | 'signal'>,
): Promise<Seen> {
  const read = places.length === 0 ? [] : await sources.read(places, signal)
  return new Map(places.map((place, index) => [place, read[index] ?? null]))
}

/** Texts by path, where there is text. */
export function textsAt(places: readonly Place[], seen: Seen): ReadonlyMap<string, string> {
  return new Map(
    places.flatMap((place) => {
      const source = seen.get(place)
      return source?.kind === 'text' ? [[place.path, source.text] as const] : []
    }),
  )
}

/** Listings by path, where there is a folder. */
export function foldersAt(places: readonly Place[], seen: Seen): ReadonlyMap<string, readonly FolderEntry[]> {
  return new Map(
    places.flatMap((place) => {
      const source = seen.get(place)
      return source?.kind === 'folder' ? [[place.path, source.entries] as const] : []
    }),
  )
}

export function placeAt(commit: string, path: string): WantedPlace {
  return { commit, path }
}

export function helpfulPlace(commit: string, path: string): WantedPlace {
  return { commit, path, helpful: true }
}
