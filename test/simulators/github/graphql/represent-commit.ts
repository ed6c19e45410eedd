import type { GitCommit } from '../git/read-git.ts'

export function representCommit({ sha, message, at }: Pick<GitCommit, 'sha' | 'message' | 'at'>) {
  const [messageHeadline = '', ...rest] = message.split('\n')
  return {
    __typename: 'Commit',
    id: `C_${sha}`,
    oid: sha,
    abbreviatedOid: sha.slice(0, 7),
    message,
    messageHeadline,
    messageBody: rest.join('\n').trim(),
    committedDate: at,
  }
}
