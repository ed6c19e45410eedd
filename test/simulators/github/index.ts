export type { AccountSpec } from './accounts.ts'
export type { Role } from './associations.ts'
export type { SubmittedCheckRun } from './checks/submitted-check-runs.ts'
export type { NewDelivery, RecordedDelivery } from './deliveries.ts'
export type { Behaviour, Fault, Faults } from './faults.ts'
export type { FileChange, FileChanges, FileMode } from './git/commit-files.ts'
export type { NewApp, SimulatedInstallation } from './installations.ts'
export { limitAnswers } from './limit-answers.ts'
export type { NewPullRequest } from './pull-requests.ts'
export type { ReactionContent } from './reactions.ts'
export type { RecordedRequest } from './recorded-request.ts'
export type { NewRepository, SimulatedRepository } from './repositories.ts'
export type { SimulatedThread, ThreadReply } from './reviews/simulated-threads.ts'
export type { SubmittedComment, SubmittedReview } from './reviews/submitted-reviews.ts'
export type { SimulatedPullRequest } from './simulated-pull-request.ts'
export {
  defaultToken,
  type GitHubOptions,
  type NewToken,
  type SimulatedGitHub,
  startGitHub,
} from './start-github.ts'
export type { AuthorAssociation, PatchAllowance } from './state.ts'
