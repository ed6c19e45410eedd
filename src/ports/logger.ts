/** Messages for whoever watches a run. Text may hold strangers' words: an adapter makes it harmless. */
export interface Logger {
  info(message: string): void
  warning(message: string): void
  /** Shown only when somebody debugs. */
  debug(message: string): void
}
