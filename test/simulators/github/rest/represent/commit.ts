import { account } from '../../accounts.ts'
import type { GitCommit } from '../../git/read-git.ts'
import type { Repository, World } from '../../state.ts'
import { representAccount } from './account.ts'
import { repositoryPage, repositoryUrl } from './repository.ts'

/** GitHub REST, `commit`. */
export function representCommit(world: World, repository: Repository, commit: GitCommit) {
  const url = repositoryUrl(world, repository)
  const page = repositoryPage(world, repository)
  const author = account(world, { login: commit.author })
  const signature = {
    name: commit.author,
    email: `${commit.author}@users.noreply.github.com`,
    date: commit.at,
  }
  return {
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    commit: {
      author: signature,
      committer: signature,
      message: commit.message,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      url: `${url}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: {
        verified: false,
        reason: 'unsigned',
        signature: null,
        payload: null,
        verified_at: null,
      },
    },
    url: `${url}/commits/${commit.sha}`,
    html_url: `${page}/commit/${commit.sha}`,
    comments_url: `${url}/commits/${commit.sha}/comments`,
    author: representAccount(world, author),
    committer: representAccount(world, author),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${url}/commits/${sha}`,
      html_url: `${page}/commit/${sha}`,
    })),
  }
}
