import { notTaken } from './not-taken.ts'
import { linguistGenerated, linguistVendored } from './standard-lists.generated.ts'

type Rule = { readonly reason: string; readonly regex: RegExp }

// Named by their tools: a whole name in any folder.
const lockFiles = String.raw`package-lock\.json npm-shrinkwrap\.json yarn\.lock pnpm-lock\.yaml bun\.lockb? deno\.lock
  Cargo\.lock go\.(work\.)?sum poetry\.lock pdm\.lock uv\.lock pixi\.lock Pipfile\.lock conda-lock\.yml pylock(\.[^/]+)?\.toml
  Gemfile\.lock gems\.locked composer\.lock symfony\.lock mix\.lock rebar\.lock pubspec\.lock Podfile\.lock Cartfile\.resolved
  Package\.resolved packages\.lock\.json paket\.lock project\.assets\.json gradle\.lockfile buildscript-gradle\.lockfile
  flake\.lock MODULE\.bazel\.lock maven_install\.json Gopkg\.lock glide\.lock (\w+\.)?esy\.lock stack\.yaml\.lock
  cabal\.project\.freeze renv\.lock packrat\.lock (Julia)?Manifest(-v\d+\.\d+)?\.toml mise(\.[^/]+)?\.lock devbox\.lock
  Chart\.lock \.terraform\.lock\.hcl dub\.selections\.json shard\.lock Berksfile\.lock Puppetfile\.lock`

const snapshots = String.raw`(^|/)__(image_)?snapshots__/ \.snap$ \.ambr$ \.verified\.(txt|json|xml|html)$ \.approved\.txt$`

const minified = String.raw`[.-]min\.[mc]?js$ [.-]min\.css$`

const sourceMaps = String.raw`\.([mc]?[jt]s|css)\.map$`

// Where projects keep copies of other people's code, by the habits of package managers and of web frameworks.
const vendored = String.raw`^vendor/ (^|/)vendor/([-0-9A-Za-z]+\.)+(com|edu|gov|in|me|net|org|fm|io)/ (^|/)cpplint\.py$ (^|/)erlang\.mk$
  (^|/)\.pnp\.(c|m)?js$ (^|/)\.pnp\.(loader\.mjs|data\.json)$ (^|/)(public|static|assets|javascripts|stylesheets|js|css|lib|libs)/vendors?/
  (^|/)jquery(\.slim)?\.js$ (^|/)bootstrap(\.bundle|-grid|-reboot|-utilities|-theme)?(\.rtl)?\.css$`

// By what bundlers write; other files in folders of this name may well be people's own.
const buildOutput = String.raw`(^|/)dist/.*\.([mc]?js|css|d\.[mc]?ts)$ (^|/)dist/(.*/)?licenses\.txt$`

// Suffixes that code generators give to what they write.
const generated = String.raw`\.pb\.(go|cc|h|swift|gw\.go|validate\.go)$ _pb2(_grpc)?\.pyi?$ _pb\.(js|ts|rb|d\.ts)$ _grpc_pb\.(js|d\.ts)$
  _grpc\.pb\.go$ \.connect\.go$ \.(twirp|capnp)\.go$ \.generated\.[^/]+$ \.(g|freezed|gr|mocks)\.dart$ \.[Dd]esigner\.(cs|vb)$
  \.g(\.i)?\.cs$ \.[Ff]eature\.cs$ _(tlb|TLB)\.pas$ (^|/)zz_generated\.[^/]+\.go$ (^|/)bindata\.go$ (^|/)wire_gen\.go$
  \.gen\.(go|ts|tsx|js)$ (^|/)__generated__/ \.g\.(h|cpp)$`

const own: readonly Rule[] = [
  { reason: 'a lock file', regex: anyOf(wordsOf(lockFiles).map((name) => `(^|/)${name}$`)) },
  { reason: 'a snapshot', regex: anyOf(wordsOf(snapshots)) },
  { reason: 'minified', regex: anyOf(wordsOf(minified)) },
  { reason: 'a source map', regex: anyOf(wordsOf(sourceMaps)) },
  { reason: 'the output of a build', regex: anyOf(wordsOf(buildOutput)) },
  { reason: 'written by a code generator, by its name', regex: anyOf(wordsOf(generated)) },
  { reason: 'vendored, by its path', regex: anyOf(wordsOf(vendored)) },
]

const skipped = new Set(notTaken.flatMap(([, entries]) => wordsOf(entries)))
const taken = (entries: readonly string[]) => anyOf(entries.filter((entry) => !skipped.has(entry)))

const rules: readonly Rule[] = [
  ...own,
  { reason: 'vendored, by its path', regex: taken(linguistVendored) },
  { reason: 'written by a tool, by its path', regex: taken(linguistGenerated) },
]

/** Why a path of this name is not worth a review, in plain words; null where nothing is known against it. */
export function standardReason(path: string): string | null {
  return rules.find(({ regex }) => regex.test(path))?.reason ?? null
}

/** Most begin where a name begins: asked once a name, not once a character. */
function anyOf(sources: readonly string[]): RegExp {
  const nameStart = /^\((?:\?:)?\^\|\\?\/\)/
  const atName = sources
    .filter((source) => nameStart.test(source))
    .map((source) => source.replace(nameStart, ''))
  const anywhere = sources.filter((source) => !nameStart.test(source))
  const both = [...(atName.length > 0 ? [`(?:^|/)(?:${atName.join('|')})`] : []), ...anywhere]
  return new RegExp(both.join('|'))
}

function wordsOf(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}
