import * as v from 'valibot'
import { patternProblem } from '../diff/glob.ts'
import type { PathRules } from '../diff/what-not-to-send.ts'
import { messageOf } from '../errors.ts'

/** What a repository decides for itself, in the file that `config-file` names. */
export type RepositoryConfig = {
  readonly paths: PathRules
  /** What is wrong with the file and where, for people; what they are about is left at its default. */
  readonly problems: readonly string[]
}

const include = patterns((pattern) => pattern)
/** A leading `!` takes files back. */
const exclude = patterns((pattern) => pattern.replace(/^!/, ''))
const Paths = v.nullish(v.strictObject({ include, exclude }), {})
const File = v.pipe(
  v.unknown(),
  v.check((content) => !Array.isArray(content), 'a list where names with values belong'),
  v.object({ paths: Paths }),
)

const defaults: RepositoryConfig = { paths: { include: [], exclude: [] }, problems: [] }

function patterns(globOf: (pattern: string) => string) {
  const problem = (pattern: string) => patternProblem(globOf(pattern))
  const glob = v.pipe(
    v.string(),
    v.nonEmpty('an empty pattern'),
    v.check(
      (pattern) => problem(pattern) === null,
      ({ input }) => `a pattern that cannot be used: ${problem(input)}`,
    ),
  )
  return v.nullish(v.array(glob), [])
}

/** Gives the content of a YAML file as plain data, or throws what is wrong with it; hosts differ in when they load it. */
export type ParseYaml = (text: string) => Promise<unknown>

/** `text` is null where the base has no such file. */
export async function readRepositoryConfig(
  name: string,
  text: string | null,
  parseYaml: ParseYaml,
): Promise<RepositoryConfig> {
  if (text === null || text.trim() === '') return defaults
  let content: unknown
  try {
    content = await parseYaml(text)
  } catch (error) {
    return wrong(`\`${name}\` is no YAML: ${messageOf(error)}`)
  }
  if (content === null) return defaults
  const parsed = v.safeParse(File, content)
  if (parsed.success) return { paths: parsed.output.paths, problems: [] }
  const issue = parsed.issues[0]
  const where = v.getDotPath(issue) ?? 'the file'
  return wrong(
    `\`${name}\`: \`${where}\`: ${issue.message}; allowed is \`paths: {include: [glob], exclude: [glob]}\``,
  )
}

function wrong(problem: string): RepositoryConfig {
  return { ...defaults, problems: [`${problem}. The review ran without it`] }
}
