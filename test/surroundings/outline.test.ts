import { describe, expect, it } from 'vitest'
import { Outline } from '../../src/surroundings/outline.ts'

/** Headers of the blocks around the line with the word HERE, the outermost first. */
function headersOf(path: string, text: string): string[] {
  const lines = text.split('\n')
  const outline = new Outline(path, text)
  const headers = outline.headersOf(lines.findIndex((line) => line.includes('HERE')) + 1)
  return headers.map((number) => (lines[number - 1] ?? '').trim()).toReversed()
}

describe('the blocks around a line', () => {
  const examples: readonly (readonly [language: string, path: string, lines: string[], headers: string[]])[] =
    [
      [
        'TypeScript, with a signature of several lines, an else and a template',
        'src/cart.ts',
        [
          'import { tax } from "./tax.ts"',
          'export class Cart {',
          '  private items: Item[] = []',
          '',
          '  async total(',
          '    country: string,',
          '  ): Promise<number> {',
          '    const query = `',
          'SELECT * FROM prices',
          '`',
          '    if (country === "DE") {',
          '      return 1',
          '    } else {',
          '      // a comment',
          '      return HERE',
        ],
        [
          'export class Cart {',
          'async total(',
          '): Promise<number> {',
          'if (country === "DE") {',
          '} else {',
        ],
      ],
      [
        'JavaScript, in a callback',
        'app.js',
        ["router.get('/', async (request, response) => {", '  response.json(', '    HERE,', '  )', '})'],
        ["router.get('/', async (request, response) => {", 'response.json('],
      ],
      [
        'Python, with a docstring, a wrapped signature and text at the margin',
        'app/invoice.py',
        [
          'class Invoice:',
          '    """An invoice.',
          '',
          'It is paid:',
          '    or not.',
          '    """',
          '    @property',
          '    def total(self,',
          '              country):',
          '        sql = """',
          'SELECT 1',
          '"""',
          '# a comment at the margin',
          '        try:',
          '            pass',
          '        except ValueError:',
          '            return HERE',
        ],
        ['class Invoice:', 'def total(self,', 'try:', 'except ValueError:'],
      ],
      [
        'Go, with tabs, a label and a case',
        'main.go',
        [
          'func export(db *sql.DB) error {',
          '\tfor rows.Next() {',
          'retry:',
          '\t\tswitch state {',
          '\t\tcase 1:',
          '\t\t\tfoo()',
          '\t\tcase 2:',
          '\t\t\tHERE()',
        ],
        ['func export(db *sql.DB) error {', 'for rows.Next() {', 'switch state {', 'case 2:'],
      ],
      [
        'C, with braces on lines of their own, a preprocessor and a label at the margin',
        'proxy.c',
        [
          'static int',
          'proxy_clear(struct proxy *self)',
          '{',
          '    if (self->dict)',
          '    {',
          '#ifdef DEBUG',
          '        log(self);',
          '#endif',
          '        HERE(self);',
          '    }',
          'out:',
          '    return 0;',
          '}',
        ],
        ['proxy_clear(struct proxy *self)', 'if (self->dict)'],
      ],
      [
        'C++, behind an access label',
        'cart.hpp',
        ['class Cart {', 'public:', '  void add(Item item) {', '    HERE;'],
        ['class Cart {', 'public:', 'void add(Item item) {'],
      ],
      [
        'Java, with an annotation',
        'src/main/java/shop/Cart.java',
        ['public class Cart {', '    @Override', '    public int total() {', '        return HERE;'],
        ['public class Cart {', 'public int total() {'],
      ],
      [
        'Ruby',
        'lib/cart.rb',
        ['module Shop', '  class Cart', '    def total', '      items.each do |item|', '        HERE'],
        ['module Shop', 'class Cart', 'def total', 'items.each do |item|'],
      ],
      [
        'shell, with a here document',
        'deploy.sh',
        [
          'deploy() {',
          '  cat <<EOF',
          'at the margin {',
          'EOF',
          '  if test -n "$1"; then',
          '    HERE',
          '  fi',
          '}',
        ],
        ['deploy() {', 'if test -n "$1"; then'],
      ],
      [
        'SQL',
        'db/1.sql',
        ['CREATE TABLE orders (', '  id uuid PRIMARY KEY,', '  HERE text', ');'],
        ['CREATE TABLE orders ('],
      ],
      [
        'YAML, with lists as deep as their keys',
        '.github/workflows/ci.yml',
        [
          'on: push',
          'jobs:',
          '  test:',
          '    steps:',
          '    - run: a',
          '    - uses: b',
          '      with:',
          '        HERE: 1',
        ],
        ['jobs:', 'test:', 'steps:', '- uses: b', 'with:'],
      ],
      [
        'Markdown, where a fence holds no headings',
        'README.md',
        ['# Shop', '## Install', '```sh', '# not a heading', '```', '### From source', 'HERE'],
        ['# Shop', '## Install', '### From source'],
      ],
      ['TOML', 'Cargo.toml', ['[package]', 'name = "a"', '[dependencies]', 'HERE = "1"'], ['[dependencies]']],
      ['nothing', 'src/app.ts', ['const a = 1', 'const HERE = 2'], []],
    ]
  it.each(examples)('%s', (_, path, lines, headers) => {
    expect(headersOf(path, lines.join('\n'))).toEqual(headers)
  })
})
