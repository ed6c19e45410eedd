import { describe, expect, it } from 'vitest'
import { cpuClock } from '../cpu-clock.ts'
import { notTaken } from '../../src/diff/not-taken.ts'
import { linguistGenerated, linguistVendored } from '../../src/diff/standard-lists.generated.ts'
import { standardReason } from '../../src/diff/standard-lists.ts'

const linguist = [...linguistVendored, ...linguistGenerated]
const left = notTaken.flatMap(([, entries]) => entries.trim().split(/\s+/))

describe('what is known of paths', () => {
  it.each([
    ['package-lock.json', 'a lock file'],
    ['web/pnpm-lock.yaml', 'a lock file'],
    ['go.sum', 'a lock file'],
    ['api/Cargo.lock', 'a lock file'],
    ['gradle.lockfile', 'a lock file'],
    ['infra/.terraform.lock.hcl', 'a lock file'],
    ['src/__snapshots__/app.test.ts.snap', 'a snapshot'],
    ['tests/__snapshots__/test_api.ambr', 'a snapshot'],
    ['public/jquery.min.js', 'minified'],
    ['public/app-min.css', 'minified'],
    ['lib/app.js.map', 'a source map'],
    ['dist/index.js', 'the output of a build'],
    ['dist/server/licenses.txt', 'the output of a build'],
    ['api/user.pb.go', 'written by a code generator, by its name'],
    ['api/user_pb2_grpc.py', 'written by a code generator, by its name'],
    ['lib/user.g.dart', 'written by a code generator, by its name'],
    ['ui/Form1.Designer.cs', 'written by a code generator, by its name'],
    ['src/schema.generated.ts', 'written by a code generator, by its name'],
    ['src/__generated__/query.ts', 'written by a code generator, by its name'],
    ['vendor/github.com/a/b/c.go', 'vendored, by its path'],
    ['node_modules/a/index.js', 'vendored, by its path'],
    ['third_party/zlib/inflate.c', 'vendored, by its path'],
    ['.yarn/releases/yarn-4.0.0.cjs', 'vendored, by its path'],
    ['ios/Pods/A/A.m', 'written by a tool, by its path'],
    ['.idea/workspace.xml', 'written by a tool, by its path'],
  ])('%s: %s', (path, reason) => {
    expect(standardReason(path)).toBe(reason)
  })

  it.each([
    ...['src/cache/lru.ts', 'dependencies/resolve.py', 'deps/graph.ex', 'src/vendor/vendor.service.ts'],
    ...[
      'src/external/client.ts',
      'env/prod.ts',
      'dist/patchpilot.service',
      'dist/build.sh',
      'build/webpack.js',
    ],
    ...[
      'test/fixtures/planted.ts',
      'testdata/case.go',
      'types/api.d.ts',
      'src/bootstrap.js',
      'src/react-hooks.js',
    ],
    ...[
      'styles/import.css',
      '.github/workflows/ci.yml',
      '.gitmodules',
      'Jenkinsfile',
      'Dockerfile',
      'gradlew',
    ],
    ...['gradle/wrapper/gradle-wrapper.properties', 'configure', '.vscode/tasks.json', 'docs/static/app.js'],
    ...['package.json', 'go.mod', 'Cargo.toml', 'Gemfile', 'src/package-lock.json.ts', 'src/poetry.lock.py'],
    ...[
      'src/parse-snapshot.ts',
      'src/generated.ts',
      'src/admin.js',
      'src/min.js',
      'src/sitemap.ts',
      'a/src.map',
    ],
  ])('nothing against %s', (path) => {
    expect(standardReason(path)).toBeNull()
  })

  it('has a reason for each entry of linguist that is not taken, and each is one of linguist', () => {
    expect(left.filter((entry) => !linguist.includes(entry))).toEqual([])
    expect(new Set(left).size).toBe(left.length)
  })

  const hostile = [
    ...[
      'a.',
      'a/',
      'vendor/a.',
      'jquery.ui.',
      'Pods/',
      'dist/',
      'tiny_mce',
      'x-min',
      '__',
      '-',
      'mootools1.',
    ],
    ...['third-party', 'packages/1.1', 'public/vendor'],
  ].map((piece) => [piece, piece.repeat(4096 / piece.length)] as const)
  it.each(hostile)('is found out in no time, also of a long path of %s', (_piece, path) => {
    const spentMs = cpuClock()
    standardReason(path)
    standardReason(`${path}\n`)
    expect(spentMs()).toBeLessThan(200)
  })
})
