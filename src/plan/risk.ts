import type { DiffLine, FileDiff, Hunk } from '../diff/patch.ts'

/** What a file is for, the most valuable to review first. */
export const fileKinds = ['logic', 'test', 'docs', 'config'] as const
export type FileKind = (typeof fileKinds)[number]

const testPath =
  /(?:^|\/)(?:tests?|specs?|__tests__|__mocks__|e2e|testdata|fixtures)\/|(?:^|\/)(?:test_[^/]+|conftest)\.py$|[._-](?:test|tests|spec|e2e)\.[^/]+$|[a-z0-9](?:Test|Tests|IT|Spec)\.(?:java|kt|kts|scala|cs|swift|php|groovy)$/
const docsPath =
  /\.(?:md|mdx|markdown|rst|adoc|org|tex)$|(?:^|\/)(?:LICEN[CS]E|COPYING|NOTICE|AUTHORS|CONTRIBUTORS|CHANGELOG|CODEOWNERS|README)(?:\.txt)?$|(?:^|\/)docs?\/.*\.txt$/i
const configPath =
  /\.(?:json|jsonc|json5|ya?ml|toml|ini|cfg|conf|properties|xml|plist|env|csv|tsv|svg|po|lock|txt)$|(?:^|\/)\.[^/]+$/i
/** Configuration by its ending, and yet it is run: with secrets, or to build what ships. */
const runPath =
  /^\.github\/(?:workflows|actions)\/|(?:^|\/)(?:action\.ya?ml|\.gitlab-ci\.yml|CMakeLists\.txt)$/

export function kindOfFile(path: string): FileKind {
  if (runPath.test(path)) return 'logic'
  if (docsPath.test(path)) return 'docs'
  if (testPath.test(path)) return 'test'
  return configPath.test(path) ? 'config' : 'logic'
}

/** In the order of their value, and of one value in the order given. */
export function byValueOfFile<File extends { readonly path: string }>(
  files: readonly File[],
): readonly File[] {
  const ofKind = Map.groupBy(files, ({ path }) => kindOfFile(path))
  return fileKinds.flatMap((kind) => ofKind.get(kind) ?? [])
}

/** Words of code that checks something: without them more is let through, or less is tested. */
const check =
  /\b(?:assert\w*|expect|should|require[ds]?|ensure|verify\w*|validat\w*|guard|throw|raise|panic|den(?:y|ied)|forbid\w*|authoriz\w*|authenticat\w*|permissions?|readOnly|limits?)\b/i

/**
 * How valuable it is to look at a hunk, as an index into `fileKinds`. Tests and configuration that lose a check count as
 * logic: what such a hunk breaks is seen nowhere else.
 */
export function riskOf(diff: Pick<FileDiff, 'path'>, hunk: Pick<Hunk, 'lines'>): number {
  const kind = kindOfFile(diff.path)
  const counts = kind === 'test' || kind === 'config'
  return counts && losesCheck(hunk.lines) ? 0 : fileKinds.indexOf(kind)
}

function losesCheck(lines: readonly DiffLine[]): boolean {
  const count = (kind: DiffLine['kind']) =>
    lines.filter((line) => line.kind === kind && check.test(line.text)).length
  return count('deleted') > count('added')
}
