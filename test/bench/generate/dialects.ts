/** How a language writes what all of them say. Names are given in words. */
export type Dialect = {
  readonly indent: string
  name(...words: readonly string[]): string
  path(service: string, noun: string): string
  testPath(service: string, noun: string): string
  imports(name: string, noun: string): string
  open(name: string, parameters: readonly string[]): string
  openTest(name: string, title: string): string
  /** After the last line of a function, and of a test. */
  readonly close: readonly string[]
  readonly closeTest: readonly string[]
  comment(text: string): string
  assign(name: string, value: string): string
  call(name: string, values: readonly string[]): string
  /** Behind a call that stands alone. */
  readonly end: string
  expect(value: string, expected: number): string
  when(condition: string, message: string): readonly string[]
  each(item: string, list: string, body: string): readonly string[]
  returns(value: string): string
}

const capital = (word: string) => `${word[0]?.toUpperCase()}${word.slice(1)}`
const camel = (first = '', ...others: readonly string[]) => first + others.map(capital).join('')
const snake = (...words: readonly string[]) => words.join('_')

const typescript: Dialect = {
  indent: '  ',
  name: camel,
  path: (service, noun) => `packages/${service}/src/${noun}.ts`,
  testPath: (service, noun) => `packages/${service}/test/${noun}.test.ts`,
  imports: (name, noun) => `import { ${name} } from './${noun}.ts'`,
  open: (name, parameters) =>
    `export function ${name}(${parameters.map((one) => `${one}: ${capital(one)}`).join(', ')}) {`,
  openTest: (_, title) => `it('${title}', () => {`,
  close: ['}'],
  closeTest: ['})'],
  comment: (text) => `// ${text}`,
  assign: (name, value) => `const ${name} = ${value}`,
  call: (name, values) => `${name}(${values.join(', ')})`,
  end: '',
  expect: (value, expected) => `expect(${value}).toBe(${expected})`,
  when: (condition, message) => [`if (${condition}) {`, `  throw new Error('${message}')`, '}'],
  each: (item, list, body) => [`for (const ${item} of ${list}.items) {`, `  ${body}`, '}'],
  returns: (value) => `return ${value}`,
}

const python: Dialect = {
  indent: '    ',
  name: snake,
  path: (service, noun) => `${service}/${noun}.py`,
  testPath: (service, noun) => `${service}/tests/test_${noun}.py`,
  imports: (name, noun) => `from .${noun} import ${name}`,
  open: (name, parameters) => `def ${name}(${parameters.join(', ')}):`,
  openTest: (name) => `def test_${name}():`,
  close: [],
  closeTest: [],
  comment: (text) => `# ${text}`,
  assign: (name, value) => `${name} = ${value}`,
  call: (name, values) => `${name}(${values.join(', ')})`,
  end: '',
  expect: (value, expected) => `assert ${value} == ${expected}`,
  when: (condition, message) => [`if ${condition}:`, `    raise ValueError("${message}")`],
  each: (item, list, body) => [`for ${item} in ${list}.items:`, `    ${body}`],
  returns: (value) => `return ${value}`,
}

const go: Dialect = {
  indent: '\t',
  name: camel,
  path: (service, noun) => `internal/${service}/${noun}.go`,
  testPath: (service, noun) => `internal/${service}/${noun}_test.go`,
  imports: (_, noun) => `import "example.com/shop/internal/${noun}"`,
  open: (name, parameters) =>
    `func ${name}(${parameters.map((one) => `${one} *${capital(one)}`).join(', ')}) (int, error) {`,
  openTest: (name) => `func Test${capital(name)}(t *testing.T) {`,
  close: ['}'],
  closeTest: ['}'],
  comment: (text) => `// ${text}`,
  assign: (name, value) => `${name} := ${value}`,
  call: (name, values) => `${name}(${values.join(', ')})`,
  end: '',
  expect: (value, expected) => `assert.Equal(t, ${expected}, ${value})`,
  when: (condition, message) => [`if ${condition} {`, `\treturn 0, errors.New("${message}")`, '}'],
  each: (item, list, body) => [`for _, ${item} := range ${list}.Items {`, `\t${body}`, '}'],
  returns: (value) => `return ${value}, nil`,
}

const java: Dialect = {
  indent: '    ',
  name: camel,
  path: (service, noun) => `${service}/src/main/java/shop/${service}/${capital(noun)}.java`,
  testPath: (service, noun) => `${service}/src/test/java/shop/${service}/${capital(noun)}Test.java`,
  imports: (name, noun) => `import static shop.${noun}.${capital(noun)}.${name};`,
  open: (name, parameters) =>
    `static int ${name}(${parameters.map((one) => `${capital(one)} ${one}`).join(', ')}) {`,
  openTest: (name) => `@Test void ${name}() {`,
  close: ['}'],
  closeTest: ['}'],
  comment: (text) => `// ${text}`,
  assign: (name, value) => `var ${name} = ${value};`,
  call: (name, values) => `${name}(${values.join(', ')})`,
  end: ';',
  expect: (value, expected) => `assertEquals(${expected}, ${value});`,
  when: (condition, message) => [
    `if (${condition}) {`,
    `    throw new IllegalStateException("${message}");`,
    '}',
  ],
  each: (item, list, body) => [`for (var ${item} : ${list}.items()) {`, `    ${body};`, '}'],
  returns: (value) => `return ${value};`,
}

export const dialects = [typescript, typescript, python, go, java] as const
