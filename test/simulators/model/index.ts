export { type Answer, type Completion, spoilt } from './answer.ts'
export type { ChatBody } from './chat-request.ts'
export { type Fault, faults } from './faults.ts'
export * from './http-errors.ts'
export { manyFindings, type PlantedFinding, planted, plantedReviewer } from './planted-reviewer.ts'
export * from './profiles.ts'
export type { RateLimit } from './rate-limit.ts'
export type { ModelRequest } from './recorded-request.ts'
export {
  defaultModel,
  type ModelServer,
  type ModelServerOptions,
  startModelServer,
} from './server.ts'
