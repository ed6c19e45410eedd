import { kindOfFile } from '../plan/risk.ts'
import { folderOf, nameOf } from '../paths.ts'

const testName = /(?:^test_|[._-](?:test|spec)s?(?=\.)|_test(?=\.)|[a-z0-9](?:Tests?|Spec|IT)(?=\.\w+$))/

export function isTest(path: string): boolean {
  return kindOfFile(path) === 'test'
}

/** Of `order.test.ts`, `test_order.py` and `OrderTest.java` the name of what they test, in lower case. */
export function subjectOf(path: string): string {
  const name = nameOf(path).replace(testName, '')
  return name.slice(0, Math.max(0, name.indexOf('.', 1)) || undefined).toLowerCase()
}

/** `order-repository.ts` and `OrderRepository.java` are `order`, `repository`. */
export function wordsOf(path: string): readonly string[] {
  const stem = nameOf(path).replace(/\.[^.]*$/, '')
  const words = stem
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
  return [...new Set(words.filter((word) => word.length > 2 && word !== 'test' && word !== 'spec'))]
}

/** Where tests of this file stand by the custom of its language, outside its own folder. */
export function testGuesses(path: string): readonly string[] {
  const [stem = '', extension = ''] = /^(.*)\.(\w+)$/.exec(path)?.slice(1) ?? []
  const inner = stem.replace(/^(?:src|lib|app)\//, '')
  switch (extension) {
    case 'ts':
    case 'js':
    case 'tsx':
      return [`test/${inner}.test.${extension}`]
    case 'py':
      return [`tests/test_${nameOf(stem)}.py`]
    case 'java':
    case 'kt':
      return stem.includes('src/main/') ? [`${stem.replace('src/main/', 'src/test/')}Test.${extension}`] : []
    case 'rb':
      return [`spec/${inner}_spec.rb`]
    case 'php':
      return [`tests/${nameOf(folderOf(path))}/${nameOf(stem)}Test.php`]
    default:
      return []
  }
}

const unread =
  /(?:^|\/)(?:node_modules|vendor|third_party|dist|build|target|__snapshots__)\/|\.(?:min|generated|gen|pb|g|[Dd]esigner)\.\w+$|_pb2?(?:_grpc)?\.pyi?$|\.d\.[cm]?ts$|[.-]lock\b/

/** Is this a file that somebody wrote and that could help a reader? */
export function isWritten(path: string): boolean {
  return !unread.test(path)
}
