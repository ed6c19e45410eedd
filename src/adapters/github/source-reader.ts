import * as v from 'valibot'
import { FixableError, messageOf, oneLine, TemporaryError } from '../../errors.ts'
import type { Logger } from '../../ports/logger.ts'
import type { Place, Source, SourceReader, Tree, WantedPlace } from '../../ports/source-reader.ts'
import type { GitHubApi } from './api.ts'
import { explainReadFailure, isRateLimit, refusalText, statusOf } from './failure.ts'
import { readGitTree, type RepositoryName } from './git-tree.ts'
import { inParallel } from './in-parallel.ts'
import { askedTooMuch, askForSources, expressionOf } from './source-reader-graphql.ts'
import { rawMediaType, readSourcesByRest, textOf } from './source-reader-rest.ts'

/**
 * GitHub answers a query within 10 s or not at all, and caps what one may cost without telling at what. So many source
 * files are assumed to be within both, and make few requests of a large change; where they are not, `mostSplits` helps.
 * https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
const mostPlacesAQuery = 250
const mostQueriesAtOnce = 4
const longestQueryMs = 12_000
/** Each takes a request, and an hour has 1,000 for a workflow's token. */
const mostPlacesByRest = 200
/** How often a query that was too much is split in two. */
const mostSplits = 2

/** By `expressionOf` the place. */
type Found = Map<string, Source | null>

export class GitHubSourceReader implements SourceReader {
  readonly #api: GitHubApi
  readonly #repository: RepositoryName
  readonly #logger: Logger
  readonly #patienceMs: number
  /** What GraphQL refuses of sources it may give of pull requests. */
  #graphqlWorks = true

  constructor(
    api: GitHubApi,
    { owner, repo }: RepositoryName,
    logger: Logger,
    patienceMs: number = longestQueryMs,
  ) {
    this.#api = api
    this.#repository = { owner, repo }
    this.#logger = logger
    this.#patienceMs = patienceMs
  }

  async read(places: readonly WantedPlace[], signal: AbortSignal): Promise<readonly (Source | null)[]> {
    const wanted = [...new Map(places.map((place) => [expressionOf(place), place])).values()]
    const found: Found = new Map()
    return this.#explained('files', async () => {
      await inParallel(inBatches(wanted), mostQueriesAtOnce, (batch) =>
        this.#ask(batch, found, mostSplits, signal),
      )
      const needed = new Set(places.filter(({ helpful }) => helpful !== true).map(expressionOf))
      const left = wanted.filter((place) => {
        const expression = expressionOf(place)
        return needed.has(expression) && !found.has(expression)
      })
      if (left.length > mostPlacesByRest)
        throw new TemporaryError(`GraphQL does not give ${left.length} files, too many to read one by one`)
      note(found, left, await readSourcesByRest(this.#api, this.#repository, left, signal))
      return places.map((place) => found.get(expressionOf(place)) ?? null)
    })
  }

  async readWhole({ commit, path }: Place, signal: AbortSignal): Promise<string | null> {
    const encodedPath = path.split('/').map(encodeURIComponent).join('/')
    const route = `GET /repos/{owner}/{repo}/contents/${encodedPath}`
    return this.#explained(`file ${path}`, async () => {
      const parameters = { ...this.#repository, ref: commit }
      const { bytes } = await this.#api.readBytes(route, parameters, signal, rawMediaType)
      return textOf(bytes)
    })
  }

  async mergeBase(baseSha: string, headSha: string, signal: AbortSignal): Promise<string> {
    const route = 'GET /repos/{owner}/{repo}/compare/{base}...{head}'
    return this.#explained('commits', async () => {
      // The second page has no files. https://docs.github.com/en/rest/commits/commits#compare-two-commits
      const parameters = { ...this.#repository, base: baseSha, head: headSha, per_page: 1, page: 2 }
      const { data } = await this.#api.read(route, parameters, signal)
      return v.parse(Comparison, data).merge_base_commit.sha
    })
  }

  async readTree(commit: string, signal: AbortSignal): Promise<Tree> {
    return this.#explained('list of files', async () => {
      const { tree, truncated } = await readGitTree(this.#api, this.#repository, commit, 'recursive', signal)
      const files = tree.filter(({ type }) => type !== 'tree')
      return {
        files: new Map(files.map(({ path, mode, sha }) => [path, { mode, sha }])),
        complete: !truncated,
      }
    })
  }

  /** Notes what GraphQL gives. What it does not give stays out of `found`. */
  async #ask(batch: readonly Place[], found: Found, splits: number, signal: AbortSignal): Promise<void> {
    if (!this.#graphqlWorks || !this.#api.graphqlWorks) return
    try {
      const patience = AbortSignal.any([signal, AbortSignal.timeout(this.#patienceMs)])
      note(found, batch, await askForSources(this.#api, this.#repository, batch, patience))
    } catch (error) {
      if (signal.aborted || statusOf(error) === 401 || isRateLimit(error)) throw error
      this.#logger.debug(`GraphQL does not give ${batch.length} files: ${oneLine(messageOf(error))}`)
      if (!askedTooMuch(error)) this.#graphqlWorks = false
      else if (splits > 0) {
        const halves = inBatches(batch, Math.ceil(batch.length / 2))
        await inParallel(halves, 2, (half) => this.#ask(half, found, splits - 1, signal))
      }
    }
  }

  async #explained<Read>(what: string, read: () => Promise<Read>): Promise<Read> {
    try {
      return await read()
    } catch (error) {
      const { owner, repo } = this.#repository
      const whole = `the ${what} of ${owner}/${repo}`
      if (statusOf(error) === 403 && /too large/.test(refusalText(error))) {
        const reason = `GitHub does not deliver ${whole}, it is too large: leave it out by \`paths\``
        throw new FixableError(reason, { cause: error })
      }
      throw explainReadFailure(error, whole)
    }
  }
}

const Comparison = v.object({ merge_base_commit: v.object({ sha: v.string() }) })

/** As few as there may be, of the same size. */
function inBatches(places: readonly Place[], most = mostPlacesAQuery): (readonly Place[])[] {
  const count = Math.ceil(places.length / most)
  const size = Math.ceil(places.length / count)
  return Array.from({ length: count }, (_, index) => places.slice(index * size, (index + 1) * size))
}

function note(found: Found, places: readonly Place[], sources: readonly (Source | null)[]): void {
  for (const [index, place] of places.entries()) found.set(expressionOf(place), sources[index] ?? null)
}
