import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type AccountSpec, account, fullName, nodeId, timestamp } from './accounts.ts'
import { commitFiles, type FileChanges } from './git/commit-files.ts'
import { objectStore } from './git/object-store.ts'
import { runGit } from './git/run-git.ts'
import type { JsonObject } from './json.ts'
import { type NewPullRequest, openPullRequest } from './pull-requests.ts'
import type { SimulatedPullRequest } from './simulated-pull-request.ts'
import type { Repository, World } from './state.ts'
import { workflowDispatchEvent } from './webhooks.ts'

export interface NewRepository {
  readonly owner?: string | AccountSpec
  readonly name?: string
  readonly private?: boolean
  readonly defaultBranch?: string
  /** "Allow GitHub Actions to create and approve pull requests"; off, as GitHub has it. */
  readonly actionsMayApprove?: boolean
  readonly files?: FileChanges
}

export interface SimulatedRepository {
  readonly owner: string
  readonly name: string
  readonly fullName: string
  /** The git repository, for checkouts: `git clone` or `git fetch <gitDir> refs/pull/1/head`. */
  readonly gitDir: string
  readonly state: Repository
  openPullRequest(spec: NewPullRequest): Promise<SimulatedPullRequest>
  /** A commit on a branch. Like GitHub, open pull requests keep their base SHA until their head moves. */
  push(files: FileChanges, branch?: string): Promise<string>
  /** The payload of a `workflow_dispatch` event. */
  dispatchEvent(inputs: Readonly<Record<string, string>>): JsonObject
}

export async function createRepository(world: World, spec: NewRepository): Promise<SimulatedRepository> {
  const owner = spec.owner ?? 'octo'
  const defaultBranch = spec.defaultBranch ?? 'main'
  const gitDir = join(world.temporaryFolder, `${world.newId()}.git`)
  await mkdir(gitDir)
  await runGit(gitDir, ['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`])
  const repository = addRepository(world, {
    owner: account(world, typeof owner === 'string' ? { login: owner } : owner),
    name: spec.name ?? 'demo',
    private: spec.private ?? false,
    parent: null,
    gitDir,
    objects: objectStore(gitDir),
    defaultBranch,
    branches: new Map(),
    actionsMayApprove: spec.actionsMayApprove ?? false,
  })
  await push(world, repository, spec.files ?? { 'README.md': '# Demo\n' }, defaultBranch)
  return {
    owner: repository.owner.login,
    name: repository.name,
    fullName: fullName(repository),
    gitDir,
    state: repository,
    openPullRequest: (pull) => openPullRequest(world, repository, pull),
    push: (files, branch) => push(world, repository, files, branch ?? defaultBranch),
    dispatchEvent: (inputs) => workflowDispatchEvent(world, repository, inputs),
  }
}

type RepositoryCore = Omit<
  Repository,
  'id' | 'nodeId' | 'pulls' | 'checkSuites' | 'standings' | 'createdAt' | 'lastNumber'
>

/** Registers a repository, or returns the one that already has this owner and name (a second fork). */
export function addRepository(world: World, core: RepositoryCore): Repository {
  const known = world.repositories.find((other) => other.owner === core.owner && other.name === core.name)
  if (known) return known
  const id = world.newId()
  const repository: Repository = {
    ...core,
    id,
    nodeId: nodeId('R', id),
    branches: new Map(core.branches),
    pulls: new Map(),
    checkSuites: [],
    standings: new Map(),
    createdAt: timestamp(world.now()),
    lastNumber: 0,
  }
  world.repositories.push(repository)
  return repository
}

async function push(
  world: World,
  repository: Repository,
  files: FileChanges,
  branch: string,
): Promise<string> {
  const parent = repository.branches.get(branch) ?? repository.branches.get(repository.defaultBranch)
  const sha = await commitFiles(repository.gitDir, {
    refs: [`refs/heads/${branch}`],
    parents: parent === undefined ? [] : [parent],
    message: parent === undefined ? 'Begin' : 'Change the base',
    author: repository.owner.login,
    at: world.now(),
    files,
  })
  repository.branches.set(branch, sha)
  return sha
}
