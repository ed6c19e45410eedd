import * as v from 'valibot'
import { FixableError } from '../../errors.ts'
import type { Logger } from '../../ports/logger.ts'
import type { Observer } from '../../ports/observer.ts'
import { GitHubApi } from './api.ts'
import { type DeliveryRecord, InstallationRecord, placesOfDeliveries } from './app-record.ts'
import { clientOptions } from './client-options.ts'
import { type AppIdentity, appClient, type CreateOctokit } from './connect.ts'
import { explainReadFailure, statusOf } from './failure.ts'
import { ownLogin } from './own-login.ts'
import { StateReader } from './read-state.ts'

/** For a limit, outside of reviews. */
const patienceMs = 30_000

/** What an App's server asks GitHub beside its reviews. */
export class GitHubApp {
  readonly #create: CreateOctokit
  readonly #identity: AppIdentity
  readonly #logger: Logger
  readonly #observe: Observer
  #slug: string | null = null

  constructor(create: CreateOctokit, identity: AppIdentity, logger: Logger, observe: Observer) {
    this.#create = create
    this.#identity = identity
    this.#logger = logger
    this.#observe = observe
  }

  /** The name that the App's own comments are under, without `[bot]`. */
  async slug(signal: AbortSignal): Promise<string> {
    this.#slug ??= await this.#readSlug(signal)
    return this.#slug
  }

  placesOfDeliveries(since: Date, signal: AbortSignal): Promise<DeliveryRecord> {
    return placesOfDeliveries(this.#api(), since, signal)
  }

  /** Its token still has what was allowed when it was made. */
  permissionsChanged(installationId: number): void {
    this.#identity.tokens.forget(installationId)
  }

  async installation(installationId: number, signal: AbortSignal): Promise<InstallationRecord> {
    const slug = await this.slug(signal)
    const api = this.#api(installationId)
    return new InstallationRecord(api, new StateReader(api, ownLogin(api, slug), this.#logger))
  }

  async #readSlug(signal: AbortSignal): Promise<string> {
    try {
      const { data } = await this.#api().read('GET /app', {}, signal)
      return v.parse(v.object({ slug: v.string() }), data).slug
    } catch (error) {
      if (statusOf(error) !== 401 && statusOf(error) !== 404)
        throw explainReadFailure(error, 'the App itself')
      throw new FixableError(
        'GitHub does not know this App: GITHUB_APP_ID and GITHUB_PRIVATE_KEY_PEM must belong together, and the clock must be right',
        { cause: error },
      )
    }
  }

  #api(installationId?: number): GitHubApi {
    const until = Date.now() + patienceMs
    const options = clientOptions(() => until, this.#logger, this.#observe)
    const installation = installationId === undefined ? {} : { installationId, cache: this.#identity.tokens }
    return new GitHubApi(appClient(this.#create, options, this.#identity, installation), this.#observe)
  }
}
